/**
 * Makes text from a model, a tool or a server harmless for a terminal.
 *
 * What is left holds no control character but newline and tab: C0, DEL, C1, whole escape sequences
 * (ECMA-48: CSI, OSC, DCS, SOS, PM, APC with their bodies, and two-character ones), bidirectional
 * controls (Unicode TR9) and lone surrogates are gone; CR, CRLF and Unicode's line separators
 * are newlines.
 *
 * @param text whatever came from outside
 * @returns the text as it may be shown; in NFC or not, as it came
 */
export function stripControlCharacters(text: string): string {
  if (!suspicious.test(text)) return text;
  const filter = createTerminalTextFilter();
  return filter.push(text) + filter.end();
}

/**
 * The same for text that goes on one line, such as a name or a reason inside an error message.
 *
 * @param text whatever came from outside
 * @param maximumLength in characters; longer text is cut and ends with `…`
 */
export function stripToLine(text: string, maximumLength = 300): string {
  const line = stripControlCharacters(text).replace(/\s+/g, " ").trim();
  const characters = [...line];
  if (characters.length <= maximumLength) return line;
  return `${characters.slice(0, maximumLength - 1).join("")}…`;
}

/** {@link stripControlCharacters} for text that arrives in pieces, which may split a sequence. */
export interface TerminalTextFilter {
  push(piece: string): string;
  /** Gives what was held back; the filter can be used again afterwards. */
  end(): string;
}

export function createTerminalTextFilter(): TerminalTextFilter {
  let state: State = "text";
  let sequenceLength = 0;
  let heldSurrogate = "";
  let lastWasCarriageReturn = false;

  function push(piece: string): string {
    const text = heldSurrogate + piece;
    heldSurrogate = "";
    if (state === "text" && !lastWasCarriageReturn && !suspicious.test(text)) return text;
    let output = "";
    for (const character of text) output += next(character);
    // Half of a pair at the very end may be completed by the next piece.
    const last = text.charCodeAt(text.length - 1);
    if (last >= 0xd800 && last <= 0xdbff) heldSurrogate = text.slice(-1);
    return output;
  }

  function next(character: string): string {
    const code = character.codePointAt(0) ?? 0;
    const afterCarriageReturn = lastWasCarriageReturn;
    lastWasCarriageReturn = code === 0x0d;
    const step = advance(state, code);
    sequenceLength = step.state === "text" ? 0 : sequenceLength + 1;
    state = sequenceLength > longestSequence ? "text" : step.state;
    if (!step.show || isRemoved(code)) return "";
    if (code === 0x0a && afterCarriageReturn) return "";
    return isLineEnd(code) ? "\n" : character;
  }

  return {
    push,
    end() {
      state = "text";
      sequenceLength = 0;
      heldSurrogate = "";
      lastWasCarriageReturn = false;
      return "";
    },
  };
}

/** A sequence that does not end within this many characters was none: what follows is text again. */
const longestSequence = 4096;

/** Where the filter stands: in text, or inside of an escape sequence. */
type State = "text" | "escape" | "intermediate" | "csi" | "string";

/** Decides where a character leads, and whether it is text (and not a part of a sequence). */
function advance(state: State, code: number): { state: State; show: boolean } {
  if (code === 0x1b) return { state: "escape", show: false };
  if (code === 0x9b) return { state: "csi", show: false };
  if (stringIntroducers.has(code)) return { state: "string", show: false };
  switch (state) {
    case "text":
      return { state: "text", show: true };
    case "escape":
      return afterEscape(code);
    case "intermediate":
      if (code >= 0x20 && code <= 0x2f) return { state: "intermediate", show: false };
      return { state: "text", show: code < 0x30 || code > 0x7e };
    case "csi":
      if (code >= 0x20 && code <= 0x3f) return { state: "csi", show: false };
      return { state: "text", show: code < 0x40 || code > 0x7e };
    case "string":
      // Ends with BEL, ST, CAN or SUB; a line's end also stops it, so that an unfinished one cannot
      // hide all that follows.
      if (isLineEnd(code)) return { state: "text", show: true };
      if ([0x07, 0x9c, 0x18, 0x1a].includes(code)) return { state: "text", show: false };
      return { state: "string", show: false };
  }
}

function afterEscape(code: number): { state: State; show: boolean } {
  const character = String.fromCodePoint(code);
  if (character === "[") return { state: "csi", show: false };
  if ("]PX^_".includes(character)) return { state: "string", show: false };
  if (code >= 0x20 && code <= 0x2f) return { state: "intermediate", show: false };
  return { state: "text", show: code < 0x30 || code > 0x7e };
}

/** DCS, SOS, OSC, PM and APC in their one-character (C1) form. */
const stringIntroducers = new Set([0x90, 0x98, 0x9d, 0x9e, 0x9f]);

function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029;
}

function isRemoved(code: number): boolean {
  if (code === 0x09 || isLineEnd(code)) return false;
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0x061c ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    (code >= 0xd800 && code <= 0xdfff)
  );
}

/** True for every text that the filter would change; half a surrogate pair counts as such. */
const suspicious = /[^\P{Cc}\n\t]|[\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
