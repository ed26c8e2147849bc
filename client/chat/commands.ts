/** What can be typed in place of a question. */
export type CommandName = "help" | "tools" | "new" | "logout" | "quit";

export const commands: readonly { readonly name: CommandName; readonly does: string }[] = [
  { name: "help", does: "commands and keys" },
  { name: "tools", does: "the tools that the server offers you" },
  { name: "new", does: "forget this conversation and start another" },
  { name: "logout", does: "revoke the tokens and sign in as somebody else" },
  { name: "quit", does: "revoke the tokens and leave" },
];

/** The keys that /help lists. */
export const keyHelp: readonly { readonly name: string; readonly text: string }[] = [
  { name: "Enter", text: "send the question" },
  { name: "Ctrl-J, Alt-Enter", text: "a new line in the question" },
  { name: "↑ ↓", text: "earlier questions" },
  { name: "PgUp PgDn, wheel", text: "scroll; Ctrl-End leads back to the end" },
  { name: "Esc", text: "stop the answer" },
  { name: "Ctrl-C", text: "stop the answer, or clear the line; twice quits" },
  { name: "Ctrl-A Ctrl-E", text: "to the start and the end of the line" },
  { name: "Alt-← Alt-→", text: "word by word" },
  { name: "Ctrl-U Ctrl-K Ctrl-W", text: "delete to the start, to the end, a word" },
  { name: "Shift and mouse", text: "select text, as without this program" },
];

/**
 * Reads a line as a command.
 *
 * @param text what was typed
 * @returns the command; `unknown` for a word behind a slash that is none; null for a question, which
 *   may begin with a slash too, as in `/etc/hosts: what is it?`
 */
export function parseCommand(
  text: string,
): { kind: "command"; name: CommandName } | { kind: "unknown"; word: string } | null {
  const word = /^\/([a-z]+)\s*$/.exec(text.trim())?.[1];
  if (word === undefined) return null;
  const command = commands.find(({ name }) => name === word);
  return command === undefined
    ? { kind: "unknown", word }
    : { kind: "command", name: command.name };
}
