import type { KeyName } from "../chat/keys.ts";
import { type Background, backgroundOfAnswer } from "./background.ts";

/** What somebody did at a terminal. */
export type InputEvent =
  | { readonly type: "key"; readonly key: KeyName }
  | { readonly type: "typed"; readonly text: string }
  | { readonly type: "pasted"; readonly text: string }
  | {
      readonly type: "wheel";
      readonly direction: "up" | "down";
      /** Where the pointer is, counted from 0. */
      readonly column: number;
    }
  | { readonly type: "clicked"; readonly row: number; readonly column: number }
  /** The terminal says what is behind its text: it was asked, or that has changed. */
  | { readonly type: "background"; readonly background: Background };

/** An escape sequence and an answer that are longer than this were none. */
const longestSequence = 64;
const longestAnswer = 256;

/** One thing that somebody did, and how much of the text says it. */
export interface Read {
  readonly length: number;
  /** Null for what is of no use here. */
  readonly event: InputEvent | null;
}

/**
 * Reads one thing at the start of what a terminal sent.
 *
 * @param text decoded, not empty, and no paste
 * @returns null when its end is still missing
 */
export function readInput(text: string): Read | null {
  const code = text.charCodeAt(0);
  if (code === 0x1b) return readEscape(text);
  if (code < 0x20 || code === 0x7f) {
    const key = controlKeys[code];
    return { length: 1, event: key === undefined ? null : { type: "key", key } };
  }
  const typed = /^[^\p{Cc}]+/u.exec(text)?.[0] ?? text.charAt(0);
  // C1 controls are sent by no keyboard that speaks UTF-8.
  const isText = code < 0x80 || code > 0x9f;
  return { length: typed.length, event: isText ? { type: "typed", text: typed } : null };
}

const controlKeys: Readonly<Record<number, KeyName>> = {
  1: "home",
  2: "left",
  3: "interrupt",
  4: "end-of-input",
  5: "end",
  6: "find",
  8: "backspace",
  9: "tab",
  10: "newline",
  11: "delete-to-end",
  12: "redraw",
  13: "enter",
  14: "down",
  15: "fold",
  16: "up",
  21: "delete-to-start",
  23: "delete-word",
  25: "copy",
  26: "undo",
  31: "undo",
  127: "backspace",
};

function readEscape(text: string): Read | null {
  const next = text.charAt(1);
  if (next === "") return null;
  if (next === "[") return readCsi(text);
  if (next === "]") return readOsc(text);
  if (next === "O") {
    if (text.length < 3) return null;
    return { length: 3, event: keyEvent(ss3Keys[text.charAt(2)]) };
  }
  if (next === "\x1b") {
    // Escape, then the beginning of another sequence; or Alt with a sequence, as some terminals send.
    return { length: 1, event: { type: "key", key: "escape" } };
  }
  const character = String.fromCodePoint(text.codePointAt(1) ?? 0);
  return { length: 1 + character.length, event: keyEvent(altKeys[character]) };
}

function keyEvent(key: KeyName | undefined): InputEvent | null {
  return key === undefined ? null : { type: "key", key };
}

/** Alt and a letter, as Emacs and readline have them. */
const altKeys: Readonly<Record<string, KeyName>> = {
  b: "word-left",
  f: "word-right",
  "\r": "newline",
  "\n": "newline",
  "\x7f": "delete-word",
  "<": "top",
  ">": "bottom",
};

const ss3Keys: Readonly<Record<string, KeyName>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  M: "enter",
};

/** What a terminal answers when it is asked: `ESC ]`, up to BEL or `ESC \`. Nobody types it. */
function readOsc(text: string): Read | null {
  const ends = [text.indexOf("\x07"), text.indexOf("\x1b\\")].filter((end) => end !== -1);
  const end = Math.min(...ends);
  if (end <= longestAnswer) {
    const length = end + (text.charAt(end) === "\x07" ? 1 : 2);
    return { length, event: backgroundEvent(backgroundOfAnswer(text.slice(2, end))) };
  }
  // Alt-] begins the same way; then nothing of it follows.
  return text.length < longestAnswer ? null : { length: 2, event: null };
}

function backgroundEvent(background: Background | null): InputEvent | null {
  return background === null ? null : { type: "background", background };
}

/** A control sequence: `ESC [`, parameters, intermediates, a final character (ECMA-48, 5.4). */
function readCsi(text: string): Read | null {
  const body = text.slice(2);
  const match = /^([0-?]*)([ -/]*)([@-~])/.exec(body);
  if (match === null) {
    const isUnfinished = /^[0-?]*[ -/]*$/.test(body);
    if (isUnfinished && text.length < longestSequence) return null;
    return { length: 2, event: null };
  }
  const [whole, parameters = "", , final = ""] = match;
  return { length: 2 + whole.length, event: csiEvent(parameters, final) };
}

function csiEvent(parameters: string, final: string): InputEvent | null {
  const mouse = final === "M" ? /^<(\d+);(\d+);(\d+)$/.exec(parameters) : null;
  if (mouse !== null) return mouseEvent(Number(mouse[1]), Number(mouse[2]), Number(mouse[3]));
  // What terminals with mode 2031 report: https://contour-terminal.org/vt-extensions/color-palette-update-notifications/
  if (final === "n" && parameters === "?997;1") return backgroundEvent("dark");
  if (final === "n" && parameters === "?997;2") return backgroundEvent("light");
  const [first = "", modifier = ""] = parameters.split(";");
  const name = final === "~" ? tildeKeys[first] : csiKeys[final];
  if (name === undefined) return null;
  return keyEvent(modifiers[modifier]?.[name] ?? name);
}

/** SGR mouse reports (xterm's mode 1006): 64 and 65 are the wheel; modifiers are added bits. */
function mouseEvent(button: number, x: number, y: number): InputEvent | null {
  const base = button & ~(4 | 8 | 16);
  if (base === 64) return { type: "wheel", direction: "up", column: x - 1 };
  if (base === 65) return { type: "wheel", direction: "down", column: x - 1 };
  return button === 0 ? { type: "clicked", row: y - 1, column: x - 1 } : null;
}

const csiKeys: Readonly<Record<string, KeyName>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  Z: "backtab",
};

const tildeKeys: Readonly<Record<string, KeyName>> = {
  "1": "home",
  "3": "delete",
  "4": "end",
  "5": "page-up",
  "6": "page-down",
  "7": "home",
  "8": "end",
};

const byWord: Readonly<Partial<Record<KeyName, KeyName>>> = {
  left: "word-left",
  right: "word-right",
  home: "top",
  end: "bottom",
  delete: "delete-to-end",
};

/** xterm's modifier parameter: 3 is Alt, 5 is Ctrl, 7 both. */
const modifiers: Readonly<Record<string, Readonly<Partial<Record<KeyName, KeyName>>>>> = {
  "3": byWord,
  "5": byWord,
  "7": byWord,
};
