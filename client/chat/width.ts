import { eastAsianWidth } from "get-east-asian-width";
import { isOneGraphemePerCodePoint, splitGraphemes } from "./graphemes.ts";

/** What stands in one place of the terminal's grid: a character with its marks, one or two columns. */
export interface Cell {
  readonly text: string;
  readonly columns: 1 | 2;
}

/**
 * How wide a code point is in a terminal: the sum rule that tmux, xterm.js (with its Unicode 11
 * table) and wcwidth have in common. East Asian Wide and Fullwidth take two columns, marks and
 * format characters none, vowels and final consonants of decomposed Hangul none.
 *
 * @param codePoint any code point; a control character takes no column, for it is never shown
 */
export function columnsOfCodePoint(codePoint: number): 0 | 1 | 2 {
  if (codePoint < 0x7f) return codePoint < 0x20 ? 0 : 1;
  if (codePoint >= 0xac00 && codePoint <= 0xd7a3) return 2;
  if (codePoint >= 0x1160 && codePoint <= 0x11ff) return 0;
  if (codePoint >= 0xd7b0 && codePoint <= 0xd7ff) return 0;
  if (takesNoColumn.test(String.fromCodePoint(codePoint))) return 0;
  return eastAsianWidth(codePoint);
}

const takesNoColumn = /^[\p{Mn}\p{Me}\p{Cf}\p{Zl}\p{Zp}\p{Cc}]$/u;

/**
 * The cells that show a grapheme cluster, in the one form that terminals agree on.
 *
 * Letters are composed (NFC). Joiners and variation selectors are left out, because terminals differ
 * by up to four columns on what they make of them; so an emoji sequence is shown by its first emoji,
 * a skin tone is not shown, and every emoji takes two columns.
 *
 * @param grapheme one cluster of {@link splitGraphemes}
 * @returns no cell for a cluster that shows nothing, several for scripts whose clusters are wider
 */
export function cellsOf(grapheme: string): readonly Cell[] {
  const first = grapheme.codePointAt(0) ?? 0;
  if (grapheme.length === 1) return singleCell(grapheme, first);
  if (isEmoji(grapheme)) return [{ text: shownEmoji(grapheme), columns: 2 }];

  const cells: Cell[] = [];
  for (const character of grapheme.normalize("NFC")) {
    const columns = columnsOfCodePoint(character.codePointAt(0) ?? 0);
    if (columns > 0) cells.push({ text: character, columns: columns === 2 ? 2 : 1 });
    else if (isCombiningMark.test(character)) appendToLast(cells, character);
  }
  return cells;
}

function singleCell(grapheme: string, codePoint: number): readonly Cell[] {
  const columns = columnsOfCodePoint(codePoint);
  return columns === 0 ? [] : [{ text: grapheme, columns }];
}

function appendToLast(cells: Cell[], mark: string): void {
  const last = cells.at(-1);
  // A page of marks on one letter is no writing; it only slows the terminal down.
  if (last === undefined || last.text.length > 16) return;
  cells[cells.length - 1] = { ...last, text: last.text + mark };
}

const isCombiningMark = /^[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7ff]$/u;

/**
 * True for a cluster that is shown as an emoji: one that is so by itself, one asked for with the
 * variation selector, a flag, a keycap, a sequence. Unicode TS #51.
 */
function isEmoji(grapheme: string): boolean {
  return emoji.test(grapheme);
}

const emoji =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\p{Emoji_Modifier}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3|\p{Emoji}\ufe0f|\p{Extended_Pictographic}\ufe0f?\u200d)/u;

function shownEmoji(grapheme: string): string {
  const flag = /^\p{Regional_Indicator}{2}/u.exec(grapheme);
  if (flag !== null) return flag[0];
  const keycap = /^([0-9#*])\ufe0f?(\u20e3)/u.exec(grapheme);
  if (keycap !== null) return `${keycap[1]}${keycap[2]}`;
  return String.fromCodePoint(grapheme.codePointAt(0) ?? 0x20);
}

/**
 * How many columns a grapheme cluster takes.
 *
 * @param grapheme one cluster of {@link splitGraphemes}
 */
export function columnsOfGrapheme(grapheme: string): number {
  if (grapheme.length === 1) return columnsOfCodePoint(grapheme.charCodeAt(0));
  return cellsOf(grapheme).reduce((sum, cell) => sum + cell.columns, 0);
}

/**
 * How many columns a text on one line takes.
 *
 * @param text without newline and tab
 */
export function columnsOf(text: string): number {
  if (isPrintableAscii.test(text)) return text.length;
  let columns = 0;
  if (isOneGraphemePerCodePoint(text)) {
    for (const character of text) columns += columnsOfCodePoint(character.codePointAt(0) ?? 0);
    return columns;
  }
  for (const grapheme of splitGraphemes(text)) columns += columnsOfGrapheme(grapheme);
  return columns;
}

const isPrintableAscii = /^[\x20-\x7e]*$/;

/**
 * Cuts a text to a number of columns, with `…` at its end where something was cut off.
 *
 * @param text without newline and tab
 * @param columns how many columns there are; 0 gives the empty text
 */
export function truncate(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  if (columns < 1) return "";
  let kept = "";
  let used = 0;
  for (const grapheme of splitGraphemes(text)) {
    const width = columnsOfGrapheme(grapheme);
    if (used + width > columns - 1) break;
    kept += grapheme;
    used += width;
  }
  return `${kept}…`;
}
