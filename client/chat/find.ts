import type { Editor } from "./editor.ts";
import { linesOfEntry } from "./entry-lines.ts";
import { type Line, type Span, span } from "./frame.ts";
import type { ScrolledView } from "./scroll.ts";

/** A search in the transcript that is under way. */
export interface Find {
  readonly query: Editor;
  /** Which of the lines that were found is shown, from 0 for the oldest. */
  readonly index: number;
}

/** A line of an entry, by its number within it. */
export interface FoundLine {
  readonly entryId: number;
  readonly line: number;
}

/**
 * The lines in which a text stands, whatever its case. A text that is broken into two lines is not
 * found.
 *
 * @param view what is searched, as it is laid out
 * @param query the text; an empty one is nowhere
 * @returns the oldest first
 */
export function findLines(view: ScrolledView, query: string): readonly FoundLine[] {
  const wanted = folded(query);
  if (wanted === "") return [];
  return view.transcript.entries.flatMap((entry) =>
    linesOfEntry(entry, view.columns, view.language).flatMap((line, number) =>
      folded(textOf(line)).includes(wanted) ? [{ entryId: entry.id, line: number }] : [],
    ),
  );
}

/**
 * A line on which every place of a text is marked.
 *
 * @param line any line
 * @param query the text
 */
export function markMatches(line: Line, query: string): Line {
  const wanted = folded(query);
  const text = folded(textOf(line));
  // Where another case has another length, places cannot be told from one another.
  if (wanted === "" || text.length !== textOf(line).length || !text.includes(wanted)) return line;
  const marked: Span[] = [];
  let offset = 0;
  for (const piece of line) {
    let start = 0;
    while (start < piece.text.length) {
      const place = placeAt(text, wanted, offset + start);
      const end = Math.min(piece.text.length, place.end - offset);
      marked.push(span(piece.text.slice(start, end), place.isMatch ? "match" : piece.style));
      start = end;
    }
    offset += piece.text.length;
  }
  return marked;
}

/** Whether an offset lies in a match, and where that, or what lies between matches, ends. */
function placeAt(text: string, wanted: string, offset: number): { isMatch: boolean; end: number } {
  let from = text.indexOf(wanted);
  while (from !== -1 && from + wanted.length <= offset)
    from = text.indexOf(wanted, from + wanted.length);
  if (from === -1) return { isMatch: false, end: text.length };
  return from <= offset
    ? { isMatch: true, end: from + wanted.length }
    : { isMatch: false, end: from };
}

function textOf(line: Line): string {
  return line.map(({ text }) => text).join("");
}

function folded(text: string): string {
  return text.toLowerCase();
}
