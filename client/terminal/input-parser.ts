import { answerLength } from "./background.ts";
import { type InputEvent, readInput } from "./read-input.ts";

/**
 * Takes what a terminal sends apart. It comes in pieces that may end anywhere, also in the middle of
 * an escape sequence.
 */
export interface InputParser {
  /** @param text the next piece, decoded from UTF-8 */
  push(text: string): InputEvent[];
  /**
   * To be called when nothing came for {@link inputPauseMilliseconds}: an escape sequence that is
   * not finished by then was the Escape key, and a paste without an end has ended.
   */
  pause(): InputEvent[];
  /** True while something is held back that {@link pause} would give out. */
  isHolding(): boolean;
}

/** No terminal takes this long between two bytes of a sequence; nobody types a sequence this fast. */
export const inputPauseMilliseconds = 50;

/** A paste without an end gives out what came so far when nothing came for this long. */
const longestPaste = 256 * 1024;

const pasteStart = "\x1b[200~";
const pasteEnd = "\x1b[201~";

/** Makes a parser for one terminal. */
export function createInputParser(): InputParser {
  let held = "";
  let paste: string | null = null;
  /** What the last pause gave up: the beginning of an answer, perhaps, whose rest is late. */
  let givenUp = "";

  function push(text: string): InputEvent[] {
    const events: InputEvent[] = [];
    if (answerLength(givenUp + text) > givenUp.length) held = givenUp;
    givenUp = "";
    held += text;
    while (held !== "") {
      const taken = paste === null ? takeInput(events) : takePaste(events);
      if (!taken) break;
    }
    return events;
  }

  /** Takes one thing off the front of what is held; false when its end is still missing. */
  function takeInput(events: InputEvent[]): boolean {
    if (held.startsWith(pasteStart)) {
      held = held.slice(pasteStart.length);
      paste = "";
      return true;
    }
    const event = readInput(held);
    if (event === null) return false;
    held = held.slice(event.length);
    if (event.event !== null) events.push(event.event);
    return true;
  }

  function takePaste(events: InputEvent[]): boolean {
    const end = held.indexOf(pasteEnd);
    const room = longestPaste - (paste?.length ?? 0);
    if (end === -1) {
      // The last characters may be the beginning of the end mark.
      const kept = partOfPasteEnd(held);
      paste += held.slice(0, held.length - kept).slice(0, room);
      held = held.slice(held.length - kept);
      return false;
    }
    paste += held.slice(0, end).slice(0, room);
    held = held.slice(end + pasteEnd.length);
    finishPaste(events);
    return true;
  }

  function finishPaste(events: InputEvent[]): void {
    const text = (paste ?? "").replace(/\r\n?/g, "\n");
    paste = null;
    if (text !== "") events.push({ type: "pasted", text });
  }

  function pause(): InputEvent[] {
    const events: InputEvent[] = [];
    if (paste !== null) {
      paste += held;
      held = "";
      finishPaste(events);
      return events;
    }
    const rest = held;
    held = "";
    givenUp = rest;
    // What began a sequence and did not end it is of no use; the Escape key is a sequence's start.
    if (rest === "\x1b") events.push({ type: "key", key: "escape" });
    return events;
  }

  return { push, pause, isHolding: () => held !== "" || paste !== null };
}

function partOfPasteEnd(text: string): number {
  for (let length = Math.min(pasteEnd.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(pasteEnd.slice(0, length))) return length;
  }
  return 0;
}
