import { AppError } from "@cleanauth/common/app-error.ts";

/**
 * Text for a POSIX shell that was put together safely. The only ways to make one are the tag
 * {@link sh}, {@link joinLines} and {@link trustedScript}, so a plain string can never reach a host
 * as a command by mistake.
 */
export class ShellScript {
  readonly text: string;
  /** Keeps a structurally equal object from passing as a script. */
  readonly #made = true;

  constructor(text: string) {
    this.text = text;
  }

  get isMade(): boolean {
    return this.#made;
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in `${}` of a script: words are quoted, scripts are taken as they are. */
export type ShellWord = string | number | ShellScript | readonly (string | number)[];

/**
 * Writes a script whose interpolated values arrive in the shell as exactly one word each, whatever
 * they contain; a list becomes as many words as it has members, and a {@link ShellScript} is
 * spliced in as it is.
 *
 *     sh`chown ${owner} ${paths} && ${restart}`
 *
 * @throws AppError `usage_shell_word` for a value with a NUL, which no shell word can hold
 */
export function sh(parts: TemplateStringsArray, ...words: readonly ShellWord[]): ShellScript {
  const text = parts.raw.map((part, index) => {
    if (index === 0) return part;
    const word = words[index - 1];
    return `${word === undefined ? "" : renderWord(word)}${part}`;
  });
  return new ShellScript(text.join(""));
}

/** Puts scripts under one another. */
export function joinLines(scripts: readonly ShellScript[]): ShellScript {
  return new ShellScript(scripts.map((script) => script.text).join("\n"));
}

/** Takes a program's own constant text as a script; never for text that came from outside. */
export function trustedScript(text: string): ShellScript {
  return new ShellScript(text);
}

/**
 * Quotes one word for a POSIX shell. Inside single quotes nothing is special but the single quote
 * itself, which is written outside of them.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02
 */
export function quoteWord(word: string): string {
  if (word.includes("\0")) {
    throw new AppError(
      "usage_shell_word",
      "A value for the host contains a NUL character",
      "Remove it: no shell command can carry one.",
    );
  }
  if (/^[\w@%+:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function renderWord(word: ShellWord): string {
  if (word instanceof ShellScript) return word.text;
  if (typeof word === "string") return quoteWord(word);
  if (typeof word === "number") return quoteWord(String(word));
  return word.map((each) => quoteWord(String(each))).join(" ");
}
