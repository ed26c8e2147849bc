import { AppError } from "@cleanauth/common/app-error.ts";

export interface Confirmation {
  /** What has to be typed: the name of what is about to go. */
  readonly name: string;
  /** What is about to happen to it, as in `delete`. */
  readonly verb: string;
  /** What was given in place of typing it; `undefined` when nothing was. */
  readonly given: string | undefined;
  /** Asks in the terminal; `null` where there is none. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

/**
 * Goes on only when the name of what is about to go was given or is typed.
 *
 * @throws AppError `usage_confirmation_missing`
 */
export async function requireConfirmation(confirmation: Confirmation): Promise<void> {
  const { name, verb, given, ask } = confirmation;
  const answer = given ?? (await ask?.(`Type ${name} to ${verb} it for good: `));
  if (answer?.normalize("NFC").trim() === name) return;
  throw new AppError(
    "usage_confirmation_missing",
    answer === undefined
      ? `Nothing was done: ${name} was not confirmed`
      : `Nothing was done: that is not ${name}`,
    `Type the name when asked, or run with CONFIRM=${name}.`,
  );
}
