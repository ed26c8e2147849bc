/** What can be typed in place of a question, in the order in which it is listed. */
export const commandNames = [
  "help",
  "tools",
  "new",
  "sessions",
  "resume",
  "retry",
  "export",
  "copy",
  "find",
  "auth",
  "model",
  "temperature",
  "system",
  "lang",
  "theme",
  "mouse",
  "login",
  "logout",
  "quit",
] as const;

export type CommandName = (typeof commandNames)[number];

export type ParsedCommand =
  | { readonly kind: "command"; readonly name: CommandName; readonly argument: string }
  | { readonly kind: "unknown"; readonly word: string };

/**
 * Reads a line as a command.
 *
 * @param text what was typed
 * @returns the command; `unknown` for a word behind a slash that is none; null for a question, which
 *   may begin with a slash too, as in `/etc/hosts: what is it?`
 */
export function parseCommand(text: string): ParsedCommand | null {
  const [, word, argument = ""] = /^\/([\w-]+)(?:\s+([\s\S]*))?$/.exec(text.trim()) ?? [];
  if (word === undefined) return null;
  const name = commandNames.find((candidate) => candidate === word);
  if (name !== undefined) return { kind: "command", name, argument: argument.trim() };
  return argument === "" ? { kind: "unknown", word } : null;
}
