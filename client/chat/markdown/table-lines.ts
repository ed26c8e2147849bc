import type { Tokens } from "marked";
import { columnsOfLine, type Line, type Span, span } from "../frame.ts";
import { wrapSpans } from "../wrap-spans.ts";
import { inlineSpans } from "./inline-spans.ts";

/** Narrower columns break every word; a table that would need them is shown row by row. */
const narrowestColumn = 5;

type Align = Tokens.Table["align"][number];

/**
 * A table, as wide as its content where there is room, else with narrower columns, else as one record
 * after the other.
 *
 * @param table the lexer's token
 * @param width how wide the lines may be
 */
export function tableLines(table: Tokens.Table, width: number): Line[] {
  const header = table.header.map((cell) => inlineSpans(cell.tokens, "strong"));
  const rows = table.rows.map((row) => row.map((cell) => inlineSpans(cell.tokens)));
  const wanted = header.map((_, column) =>
    Math.max(1, ...[header, ...rows].map((row) => widthOf(row[column] ?? []))),
  );
  const widths = fitWidths(wanted, width - 3 * wanted.length - 1);
  if (widths === null) return recordLines(header, rows, width);
  const rule = (left: string, middle: string, right: string): Line => [
    span(
      `${left}${widths.map((columns) => "─".repeat(columns + 2)).join(middle)}${right}`,
      "border",
    ),
  ];
  const lay = (row: readonly Span[][]) => rowLines(row, widths, table.align);
  return [
    rule("┌", "┬", "┐"),
    ...lay(header),
    rule("├", "┼", "┤"),
    ...rows.flatMap(lay),
    rule("└", "┴", "┘"),
  ];
}

function widthOf(spans: readonly Span[]): number {
  return Math.max(0, ...wrapSpans(spans, Number.MAX_SAFE_INTEGER).map(columnsOfLine));
}

/** Takes from the widest columns until all fit; null where they would become too narrow. */
function fitWidths(wanted: readonly number[], room: number): number[] | null {
  const total = wanted.reduce((sum, columns) => sum + columns, 0);
  if (total <= room) return [...wanted];
  const narrowest = wanted.map((columns) => Math.min(columns, narrowestColumn));
  if (narrowest.reduce((sum, columns) => sum + columns, 0) > room) return null;
  let most = Math.max(...wanted);
  const capped = () => wanted.map((columns) => Math.min(columns, most));
  while (capped().reduce((sum, columns) => sum + columns, 0) > room) most -= 1;
  const widths = capped();
  let left = room - widths.reduce((sum, columns) => sum + columns, 0);
  return widths.map((columns, index) => {
    const more = left > 0 && columns < (wanted[index] ?? 0) ? 1 : 0;
    left -= more;
    return columns + more;
  });
}

function rowLines(row: readonly Span[][], widths: readonly number[], align: Align[]): Line[] {
  const cells = widths.map((columns, index) => wrapSpans(row[index] ?? [], columns));
  const height = Math.max(1, ...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => [
    span("│", "border"),
    ...widths.flatMap((columns, index) => [
      span(" "),
      ...aligned(cells[index]?.[line] ?? [], columns, align[index] ?? null),
      span(" "),
      span("│", "border"),
    ]),
  ]);
}

function aligned(line: Line, columns: number, align: Align): Span[] {
  const gap = Math.max(0, columns - columnsOfLine(line));
  const before = align === "right" ? gap : align === "center" ? Math.floor(gap / 2) : 0;
  return [span(" ".repeat(before)), ...line, span(" ".repeat(gap - before))];
}

function recordLines(
  header: readonly Span[][],
  rows: readonly (readonly Span[][])[],
  width: number,
): Line[] {
  return rows.flatMap((row, index) => [
    ...(index === 0 ? [] : [[span("─".repeat(Math.min(8, width)), "border")]]),
    ...row.flatMap((cell, column) =>
      wrapSpans([...(header[column] ?? []), span(": ", "dim"), ...cell], width),
    ),
  ]);
}
