import { linesOfEntry } from "./entry-lines.ts";
import type { Line } from "./frame.ts";
import type { Language } from "./language.ts";
import type { Scroll } from "./model.ts";
import type { Entry, Transcript } from "./transcript.ts";

/** The part of a transcript that is on the screen. */
export interface VisiblePart {
  readonly lines: readonly Line[];
  /** True when there is more below than fits. */
  readonly isMoreBelow: boolean;
}

/** What is scrolled: a transcript and the lines that come behind it, in a window of a size. */
export interface ScrolledView {
  readonly transcript: Transcript;
  readonly language: Language;
  /** Lines behind the last entry, such as the sign that the model is at work. */
  readonly tail: readonly Line[];
  readonly columns: number;
  readonly rows: number;
}

/**
 * The lines that are on the screen.
 *
 * @param view what is scrolled
 * @param scroll where to
 */
export function visiblePart(view: ScrolledView, scroll: Scroll): VisiblePart {
  const total = lineCount(view);
  const top = topLine(view, scroll);
  const lines: Line[] = [];
  let offset = 0;
  for (const entry of view.transcript.entries) {
    const entryLines = linesOfEntry(entry, view.columns, view.language);
    const first = Math.max(0, top - offset);
    if (first < entryLines.length) {
      lines.push(...entryLines.slice(first, first + view.rows - lines.length));
    }
    offset += entryLines.length;
    if (lines.length >= view.rows) break;
  }
  const firstOfTail = Math.max(0, top - offset);
  lines.push(...view.tail.slice(firstOfTail, firstOfTail + view.rows - lines.length));
  return { lines, isMoreBelow: top + view.rows < total };
}

/**
 * Where scrolling by some lines leads.
 *
 * @param view what is scrolled
 * @param scroll where it is now
 * @param lines how many lines down; negative is up
 */
export function scrollBy(view: ScrolledView, scroll: Scroll, lines: number): Scroll {
  const newBelow = scroll.kind === "held" && scroll.newBelow;
  return scrollTo(view, topLine(view, scroll) + lines, newBelow);
}

/**
 * Where to scroll so that a line of an entry is in the middle of the screen.
 *
 * @param view what is scrolled
 * @param entryId the entry
 * @param line the line within it
 */
export function scrollToLine(view: ScrolledView, entryId: number, line: number): Scroll {
  let offset = 0;
  for (const entry of view.transcript.entries) {
    if (entry.id === entryId) break;
    offset += linesOfEntry(entry, view.columns, view.language).length;
  }
  return scrollTo(view, offset + line - Math.floor(view.rows / 2), false);
}

/**
 * The entry that is shown in a row of the screen.
 *
 * @param view what is scrolled
 * @param scroll where to
 * @param row from 0, counted within the view
 * @returns null for a row of the tail or below
 */
export function entryAtRow(view: ScrolledView, scroll: Scroll, row: number): Entry | null {
  let offset = -topLine(view, scroll);
  for (const entry of view.transcript.entries) {
    offset += linesOfEntry(entry, view.columns, view.language).length;
    if (row < offset) return entry;
  }
  return null;
}

/**
 * Where to scroll so that the top stays what it is although what is below changes its length.
 *
 * @param before what was scrolled, and where to
 * @param after what is scrolled now
 */
export function holdTop(before: ScrolledView, scroll: Scroll, after: ScrolledView): Scroll {
  return scrollTo(after, topLine(before, scroll), false);
}

function scrollTo(view: ScrolledView, wantedTop: number, newBelow: boolean): Scroll {
  const lastTop = Math.max(0, lineCount(view) - view.rows);
  const top = Math.max(0, Math.min(lastTop, wantedTop));
  if (top >= lastTop) return { kind: "end" };
  let offset = 0;
  for (const entry of view.transcript.entries) {
    const { length } = linesOfEntry(entry, view.columns, view.language);
    if (top < offset + length) {
      return { kind: "held", entryId: entry.id, line: top - offset, newBelow };
    }
    offset += length;
  }
  return { kind: "end" };
}

function topLine(view: ScrolledView, scroll: Scroll): number {
  const lastTop = Math.max(0, lineCount(view) - view.rows);
  if (scroll.kind === "end") return lastTop;
  let offset = 0;
  for (const entry of view.transcript.entries) {
    const { length } = linesOfEntry(entry, view.columns, view.language);
    // An entry that gave way to the bounds leads to the oldest one that is left.
    if (entry.id >= scroll.entryId) {
      const line = entry.id === scroll.entryId ? Math.min(scroll.line, length - 1) : 0;
      return Math.min(lastTop, offset + line);
    }
    offset += length;
  }
  return lastTop;
}

function lineCount(view: ScrolledView): number {
  return view.transcript.entries.reduce(
    (sum, entry) => sum + linesOfEntry(entry, view.columns, view.language).length,
    view.tail.length,
  );
}
