import { columnsOfLine, fitLine, type Line, span } from "./frame.ts";
import type { Layout } from "./layout.ts";
import type { Model, Pane } from "./model.ts";
import { textsOf } from "./texts/texts.ts";
import { authPaneLines } from "./view-auth-pane.ts";
import { columnsOf } from "./width.ts";

type Place = NonNullable<Layout["pane"]>;

/**
 * The first line of the pane that is shown.
 *
 * @param pane where it is scrolled to
 * @param length how many lines there are
 * @param rows how many fit
 */
export function firstPaneLine(pane: Pane, length: number, rows: number): number {
  const last = Math.max(0, length - rows);
  return Math.min(last, pane.firstLine ?? last);
}

/**
 * The pane as it is seen: its title, then a screenful of its lines.
 *
 * @param model what it shows
 * @param pane where it is scrolled to
 * @param place where it is, and how large
 * @returns one line more than the place has rows
 */
export function viewPane(model: Model, pane: Pane, place: Place): Line[] {
  const all = authPaneLines(model, place.columns);
  const first = firstPaneLine(pane, all.length, place.rows);
  const { title } = textsOf(model.language).auth;
  const isCut = all.length > place.rows;
  const position = isCut
    ? ` ${first + 1}–${Math.min(all.length, first + place.rows)}/${all.length} `
    : "";
  const rule = place.columns - columnsOf(title) - columnsOf(position) - 4;
  const style = pane.isFocused ? "accent" : "border";
  const head = fitLine(
    [
      span("── ", style),
      span(title, pane.isFocused ? "heading" : "strong"),
      span(` ${"─".repeat(Math.max(0, rule))}`, style),
      span(position, "dim"),
    ],
    place.columns,
  );
  const lines = all.slice(first, first + place.rows).map((line) => fitLine(line, place.columns));
  return [head, ...lines, ...Array.from({ length: place.rows - lines.length }, (): Line => [])];
}

/**
 * Lines with others to their right.
 *
 * @param lines at the left
 * @param columns how wide they are
 * @param beside as many lines
 */
export function placeBeside(
  lines: readonly Line[],
  columns: number,
  beside: readonly Line[],
): Line[] {
  return lines.map((line, row) => {
    const fitted = fitLine(line, columns);
    const gap = " ".repeat(columns - columnsOfLine(fitted));
    return [...fitted, span(gap), span("│ ", "border"), ...(beside[row] ?? [])];
  });
}
