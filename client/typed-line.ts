/** One line while it is typed in a terminal in raw mode. */
export interface TypedLine {
  readonly text: string;
  readonly state: "open" | "complete" | "interrupted";
}

/** Turns what a terminal sends into lines. What follows a line's end is kept for the next one. */
export interface TypedLineReader {
  /**
   * @param input what was just typed; empty to go on with what was typed ahead
   * @returns the line so far; once it is complete or interrupted, the next call begins a new one
   */
  read(input: string): TypedLine;
}

/** Longer than any password that Cognito takes (256 characters). */
const longestLine = 1024;

const graphemes = new Intl.Segmenter();

/**
 * Reads lines with the keys that a password prompt has: Backspace takes back one character as people
 * see it, Ctrl-U all; Ctrl-C interrupts, and Ctrl-D in an empty line. Other keys do nothing.
 */
export function createTypedLineReader(): TypedLineReader {
  let waiting = "";
  let text = "";
  let escapeState: "none" | "begun" | "csi" | "ss3" = "none";
  let lastEndedWithReturn = false;

  /** Whether a character belongs to an escape sequence, such as that of an arrow key. */
  function isOfEscapeSequence(character: string): boolean {
    const before = escapeState;
    if (character === "\x1b") escapeState = "begun";
    else if (before === "begun" && character === "[") escapeState = "csi";
    else if (before === "begun" && character === "O") escapeState = "ss3";
    else if (before !== "csi" || /[@-~]/.test(character)) escapeState = "none";
    return before !== "none" || escapeState !== "none";
  }

  function take(character: string): TypedLine["state"] {
    if (isOfEscapeSequence(character)) return "open";
    // Return followed by newline is one line's end.
    const isSecondHalf = character === "\n" && lastEndedWithReturn;
    lastEndedWithReturn = character === "\r";
    if (isSecondHalf) return "open";
    if (character === "\r" || character === "\n") return "complete";
    if (character === "\x03" || (character === "\x04" && text === "")) return "interrupted";
    if (character === "\x7f" || character === "\b") text = withoutLastGrapheme(text);
    else if (character === "\x15") text = "";
    else if (!/\p{Cc}/u.test(character) && text.length < longestLine) text += character;
    return "open";
  }

  return {
    read(input) {
      const characters = [...(waiting + input)];
      waiting = "";
      for (const [index, character] of characters.entries()) {
        const state = take(character);
        if (state === "open") continue;
        const line = { text, state };
        text = "";
        waiting = characters.slice(index + 1).join("");
        return line;
      }
      return { text, state: "open" };
    },
  };
}

function withoutLastGrapheme(text: string): string {
  const last = [...graphemes.segment(text)].at(-1);
  return last === undefined ? "" : text.slice(0, last.index);
}
