import type { Line, Style } from "../chat/frame.ts";
import { splitGraphemes } from "../chat/graphemes.ts";
import { cellsOf } from "../chat/width.ts";

/** The text of a column and the style it has; the second column of a wide character is a blank. */
export interface ScreenCell {
  readonly text: string;
  readonly style: Style;
}

/**
 * The columns of a row, for a grid that holds one text for each.
 *
 * @param line what the row shows; what does not fit is left out
 * @param columns how many columns the row has
 * @returns exactly `columns` cells
 */
export function cellsOfLine(line: Line, columns: number): ScreenCell[] {
  const cells: ScreenCell[] = [];
  for (const { text, style } of line) {
    for (const grapheme of splitGraphemes(text)) {
      for (const cell of cellsOf(grapheme)) {
        if (cells.length + cell.columns > columns) break;
        const column = cells.length;
        const isFenced = !isSettled.test(cell.text);
        cells.push({ text: isFenced ? fence(cell.text, column, cell.columns) : cell.text, style });
        if (cell.columns === 2) cells.push({ text: " ", style });
      }
    }
  }
  while (cells.length < columns) cells.push({ text: " ", style: "plain" });
  return cells;
}

/**
 * Characters about whose width all terminals agree. About the others (emoji above all, whose width
 * changed from one Unicode version to the next) many do not.
 */
const isSettled =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u218b\u2190-\u21ff\u2500-\u259f\u25a0-\u25ff\u2713\u2717\u2800-\u28ff\u3001-\u3029\u3030-\u303e\u3041-\u3096\u309b-\u30ff\u3131-\u318e\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6]$/;

/**
 * A character whose width is in dispute, between blanks that clear its columns and the cursor put
 * where the next column is: whatever the terminal takes it for, nothing behind it moves.
 */
function fence(text: string, column: number, columns: 1 | 2): string {
  return `${" ".repeat(columns)}\x1b[${column + 1}G${text}\x1b[${column + columns + 1}G`;
}

/**
 * How many columns the text of a cell takes. A fenced one begins with as many blanks.
 *
 * @param text the text of a {@link ScreenCell}
 */
export function columnsOfCellText(text: string): 1 | 2 {
  if (text.length === 1) return isWideSettled.test(text) ? 2 : 1;
  return text.startsWith("  ") ? 2 : 1;
}

const isWideSettled =
  /^[\u3001-\u3029\u3030-\u303e\u3041-\u3096\u309b-\u30ff\u3131-\u318e\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6]$/;
