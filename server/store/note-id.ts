import { randomBytes } from "node:crypto";

/**
 * Makes ids that sort by the time at which they were made: twelve hexadecimal digits of
 * milliseconds since the epoch, then eight at random.
 *
 * @param now milliseconds since the epoch; a clock that goes backwards does not make ids go backwards
 * @returns a function that gives the next id
 */
export function createNoteIds(now: () => number): () => string {
  let lastMilliseconds = 0;
  return () => {
    lastMilliseconds = Math.max(lastMilliseconds + 1, now());
    return `${lastMilliseconds.toString(16).padStart(12, "0")}-${randomBytes(4).toString("hex")}`;
  };
}

/** Whether a text has the form of an id; what has not is the id of no note. */
export function isNoteId(text: string): boolean {
  return /^[0-9a-f]{12}-[0-9a-f]{8}$/.test(text);
}
