import { eastAsianWidth } from "get-east-asian-width";
import { printableLine } from "./printable.ts";

/** How many columns of a terminal a text takes: Hangul takes two a syllable, a joined mark none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.normalize("NFC")) {
    const isMark = /^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character);
    width += isMark ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
  }
  return width;
}

/**
 * Sets rows under one another, two spaces between the columns; what steers a terminal is removed from
 * every cell.
 *
 * @param rows cells by row, the header among them where there is one
 * @returns a line for each row, without a space at its end
 */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map(printableLine));
  const count = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...cells.map((row) => displayWidth(row[column] ?? ""))),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join("  ")
      .trimEnd(),
  );
}
