import { columnsOf, truncate } from "./width.ts";

/** What a piece of text means; how it looks is the theme's affair. */
export type Style =
  | "plain"
  | "dim"
  | "strong"
  | "accent"
  | "question"
  | "success"
  | "warning"
  | "error"
  | "border"
  | "placeholder"
  /** A QR code: light blocks on what is dark, whatever the terminal's own colours are. */
  | "picture"
  /** Of what a model writes. */
  | "heading"
  | "emphasis"
  | "link"
  | "code"
  /** Of program text. */
  | "keyword"
  | "string"
  | "number"
  | "comment"
  | "name"
  /** What a search has found. */
  | "match";

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A line of the screen. Holds no newline, no tab and no control character. */
export type Line = readonly Span[];

/** A whole screen: as many lines as it has rows, none wider than its columns. */
export interface Frame {
  readonly lines: readonly Line[];
  /** Where the cursor stands, counted from 0; null when it is hidden. */
  readonly cursor: { readonly row: number; readonly column: number } | null;
}

export const blankLine: Line = [];

/**
 * A piece of text with a style.
 *
 * @param text on one line
 * @param style what it means
 */
export function span(text: string, style: Style = "plain"): Span {
  return { text, style };
}

/**
 * How many columns a line takes.
 *
 * @param line any line
 */
export function columnsOfLine(line: Line): number {
  return line.reduce((sum, { text }) => sum + columnsOf(text), 0);
}

/**
 * A line cut to a number of columns; what is cut off leaves `…` behind.
 *
 * @param line any line
 * @param columns how many columns there are
 */
export function fitLine(line: Line, columns: number): Line {
  if (columnsOfLine(line) <= columns) return line;
  const fitted: Span[] = [];
  let room = columns;
  for (const { text, style } of line) {
    const width = columnsOf(text);
    if (width > room || (width === room && fitted.length < line.length - 1)) {
      fitted.push(span(truncate(`${text} `, room), style));
      break;
    }
    fitted.push(span(text, style));
    room -= width;
  }
  return fitted;
}

/**
 * A line with something at its left and something at its right edge; where both do not fit, the
 * right one is left out, then the left one is cut.
 *
 * @param left what begins the line
 * @param right what ends it
 * @param columns how wide the line is
 */
export function justify(left: Line, right: Line, columns: number): Line {
  const gap = columns - columnsOfLine(left) - columnsOfLine(right);
  if (gap < 1 || right.length === 0) return fitLine(left, columns);
  return [...left, span(" ".repeat(gap)), ...right];
}

/**
 * A line in the middle of a width.
 *
 * @param line any line
 * @param columns the width
 */
export function center(line: Line, columns: number): Line {
  const margin = Math.max(0, Math.floor((columns - columnsOfLine(line)) / 2));
  return fitLine([span(" ".repeat(margin)), ...line], columns);
}

/**
 * Lines in a box with round corners.
 *
 * @param options.title in the upper border; empty for none
 * @param options.lines what is inside, each at most `columns - 4` wide or it is cut
 * @param options.columns how wide the box is, borders included; at least 6
 * @param options.style the borders' style
 * @returns two lines more than were given
 */
export function box(options: {
  title?: string;
  lines: readonly Line[];
  columns: number;
  style?: Style;
}): Line[] {
  const { title = "", lines, columns, style = "border" } = options;
  const inner = columns - 4;
  const shownTitle = truncate(title, inner - 2);
  const rule = inner + 2 - (shownTitle === "" ? 0 : columnsOf(shownTitle) + 3);
  const top =
    shownTitle === ""
      ? [span(`╭${"─".repeat(rule)}╮`, style)]
      : [
          span("╭─ ", style),
          span(shownTitle, style === "border" ? "strong" : style),
          span(` ${"─".repeat(rule)}╮`, style),
        ];
  return [
    top,
    ...lines.map((line) => {
      const fitted = fitLine(line, inner);
      const padding = " ".repeat(inner - columnsOfLine(fitted));
      return [span("│ ", style), ...fitted, span(`${padding} │`, style)];
    }),
    [span(`╰${"─".repeat(inner + 2)}╯`, style)],
  ];
}
