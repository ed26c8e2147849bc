import { stripVTControlCharacters } from "node:util";

/**
 * Text that others chose (logs, user names, descriptions of rules), made fit for one line of a
 * terminal: without escape sequences, control characters and bidirectional controls.
 *
 * @param text one line; line breaks inside of it become spaces
 */
export function printableLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ")
    .replace(unfit, "");
}

/** Controls but for the tab, lone surrogates, and what changes the direction of writing (UAX #9). */
const unfit = /[^\P{Cc}\t]|[\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
