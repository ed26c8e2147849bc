import { AppError } from "@cleanauth/common/app-error.ts";
import type { TerminalPrompt } from "./password-prompt.ts";
import type { Challenge, ChallengeAnswer, SignIn, TokenSource } from "./sign-in/sign-in.ts";
import { stripToLine } from "./terminal-text.ts";

/** How often the same challenge is asked before the attempt is given up. */
const mostTries = 3;

/** What is known about who signs in; the rest is asked for in the terminal. */
export interface Credentials {
  username?: string | undefined;
  password?: string | undefined;
}

/**
 * Signs in for a command: with what is given, and what the terminal's user answers.
 *
 * @param signIn one attempt
 * @param credentials what is known
 * @param prompt the terminal; null without one, and then whatever is missing is an error
 * @throws AppError `usage_…` for what is missing, `sign_in_…` for what is refused, `interrupted`
 */
export async function signInForCommand(
  signIn: SignIn,
  credentials: Credentials,
  prompt: TerminalPrompt | null,
): Promise<TokenSource> {
  const username = credentials.username ?? (await requirePrompt(prompt, noUsername).ask("User: "));
  const password =
    credentials.password ??
    (await requirePrompt(prompt, noPassword).ask(`Password of ${stripToLine(username, 60)}: `, {
      isHidden: true,
    }));
  let step = await signIn.start(username, password);
  while (step.kind === "challenge") {
    const { challenge } = step;
    const terminal = requirePrompt(prompt, () => unanswerable(challenge));
    step = await tryAgain(terminal, async () => signIn.answer(await askFor(challenge, terminal)));
  }
  return step.tokens;
}

function requirePrompt(prompt: TerminalPrompt | null, missing: () => AppError): TerminalPrompt {
  if (prompt === null) throw missing();
  return prompt;
}

/** Asks once more after an answer that may be corrected. */
async function tryAgain<Result>(
  terminal: TerminalPrompt,
  act: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      const mayCorrect =
        error instanceof AppError &&
        ["sign_in_wrong_code", "sign_in_password_policy"].includes(error.code);
      if (!mayCorrect || attempt === mostTries) throw error;
      terminal.tell(`${error.message}. ${error.hint}`);
    }
  }
}

async function askFor(challenge: Challenge, terminal: TerminalPrompt): Promise<ChallengeAnswer> {
  if (challenge.name === "SOFTWARE_TOKEN_MFA") {
    const code = await terminal.ask("Code of the authenticator app: ");
    return { name: challenge.name, code };
  }
  const newPassword = await terminal.ask("New password: ", { isHidden: true });
  const again = await terminal.ask("New password, once more: ", { isHidden: true });
  if (newPassword !== again) {
    throw new AppError("sign_in_password_policy", "The two are not the same", "Type them again.");
  }
  const attributes: Record<string, string> = {};
  for (const name of challenge.requiredAttributes) {
    attributes[name] = await terminal.ask(`${name}: `);
  }
  return { name: challenge.name, newPassword, attributes };
}

function unanswerable(challenge: Challenge): AppError {
  return challenge.name === "SOFTWARE_TOKEN_MFA"
    ? new AppError(
        "sign_in_code_required",
        "Cognito asks for a code of the authenticator app",
        "Run the command in a terminal, where the code can be typed.",
      )
    : new AppError(
        "sign_in_new_password_required",
        "Cognito asks for a new password in place of the temporary one",
        "Sign in once in a terminal (make chat) to set it.",
      );
}

function noUsername(): AppError {
  return new AppError(
    "usage_no_user",
    "It is not known who signs in, and there is no terminal to ask in",
    "Give USER after SERVER_URL, or set CLEANAUTH_USER.",
  );
}

function noPassword(): AppError {
  return new AppError(
    "usage_no_password",
    "There is no password, and no terminal to ask for it in",
    "Use --password-stdin or set CLEANAUTH_PASSWORD.",
  );
}
