import type { Line, Span } from "./frame.ts";
import { expandTabs, type TextRange, wrapRanges, wrapTyped } from "./wrap.ts";

/**
 * Breaks styled text into the lines that are shown: at its newlines, and where a line is too long,
 * between words.
 *
 * @param spans free of control characters but newline and tab
 * @param columns how wide a line may be, at least 2
 * @returns at least one line
 */
export function wrapSpans(spans: readonly Span[], columns: number): Line[] {
  return breakSpans(spans, (text) => wrapRanges(text, columns));
}

/**
 * The same for program text, where every space counts: it is broken at the edge, whatever stands
 * there.
 */
export function wrapCode(spans: readonly Span[], columns: number): Line[] {
  return breakSpans(spans, (text) => wrapTyped(text, columns));
}

function breakSpans(spans: readonly Span[], rangesOf: (text: string) => TextRange[]): Line[] {
  return splitLines(spans).flatMap((line) => {
    const text = line.map((piece) => piece.text).join("");
    return rangesOf(text).map((range) => sliceSpans(line, range));
  });
}

/** Cuts spans at their newlines. */
function splitLines(spans: readonly Span[]): Span[][] {
  const lines: Span[][] = [[]];
  for (const { text, style } of spans) {
    for (const [index, piece] of text.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (piece !== "") lines.at(-1)?.push({ text: expandTabs(piece), style });
    }
  }
  return lines;
}

function sliceSpans(line: readonly Span[], { start, end }: TextRange): Line {
  const slice: Span[] = [];
  let offset = 0;
  for (const { text, style } of line) {
    const piece = text.slice(Math.max(0, start - offset), Math.max(0, end - offset));
    if (piece !== "") slice.push({ text: piece, style });
    offset += text.length;
    if (offset >= end) break;
  }
  return slice;
}
