/**
 * An error that a person is going to read: what failed, with which value, and what to do about it.
 *
 * Every failure that leaves a module on purpose is one of these; anything else that is thrown is a
 * defect and is reported as such. `code` is stable and meant for programs, `message` and `hint` are
 * meant for people and carry neither a password nor a token.
 */
export class AppError extends Error {
  readonly code: string;
  readonly hint: string;

  /**
   * @param code stable identifier in snake case, for instance `sign_in_refused`
   * @param message what failed, with the value that it failed for; one line
   * @param hint what to do about it; one line, a whole sentence
   * @param options the error that this one was made from, if any
   */
  constructor(code: string, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "AppError";
    this.code = code;
    this.hint = hint;
  }
}

/**
 * Words any error as the one line that a command prints on stderr: what failed, then what to do.
 *
 * @param error whatever was caught
 * @returns one line without a line break at its end
 */
export function formatError(error: unknown): string {
  if (error instanceof AppError) return oneLine(`${error.message}. ${error.hint}`);
  const text = error instanceof Error ? error.message : String(error);
  return oneLine(`Unexpected failure: ${text}. This is a defect; please report it.`);
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(/([.!?])\.(\s|$)/g, "$1$2");
}
