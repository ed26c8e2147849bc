import type { Prompt } from "../agent/offers.ts";

/** What can be typed in place of a question, in the order in which it is listed. */
export const commandNames = [
  "help",
  "tools",
  "prompts",
  "resources",
  "attach",
  "detach",
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
  | { readonly kind: "prompt"; readonly prompt: Prompt; readonly argument: string }
  | { readonly kind: "unknown"; readonly word: string };

/**
 * Reads a line as a command.
 *
 * @param text what was typed
 * @param prompts the server's, each of which is a command where its name is no command of this program
 * @returns the command; `unknown` for a word behind a slash that is none; null for a question, which
 *   may begin with a slash too, as in `/etc/hosts: what is it?`
 */
export function parseCommand(text: string, prompts: readonly Prompt[]): ParsedCommand | null {
  const [, word, rest = ""] = /^\/([^\s/]+)(?:\s+([\s\S]*))?$/.exec(text.trim()) ?? [];
  if (word === undefined) return null;
  const argument = rest.trim();
  const name = commandNames.find((candidate) => candidate === word);
  if (name !== undefined) return { kind: "command", name, argument };
  const prompt = prompts.find((each) => each.name === word);
  if (prompt !== undefined) return { kind: "prompt", prompt, argument };
  return argument === "" && /^[\w-]+$/.test(word) ? { kind: "unknown", word } : null;
}

/**
 * How a prompt is called: by its name, or where that is a command of this program, or no word, behind
 * `/prompts`.
 *
 * @returns the line without its slash
 */
export function commandOfPrompt({ name }: Prompt): string {
  const isFree = /^[^\s/]+$/.test(name) && !commandNames.some((each) => each === name);
  return isFree ? name : `prompts ${name}`;
}

/**
 * The prompt that a line behind `/prompts` names; names may hold blanks.
 *
 * @returns null where it names none
 */
export function findPrompt(
  line: string,
  prompts: readonly Prompt[],
): { readonly prompt: Prompt; readonly argument: string } | null {
  const named = prompts
    .filter(({ name }) => line === name || line.startsWith(`${name} `))
    .sort((one, other) => other.name.length - one.name.length)
    .at(0);
  return named === undefined
    ? null
    : { prompt: named, argument: line.slice(named.name.length).trim() };
}
