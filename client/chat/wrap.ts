import { splitGraphemes } from "./graphemes.ts";
import { columnsOf, columnsOfGrapheme } from "./width.ts";

/** A piece of a line, as offsets (UTF-16) into it: from `start` up to, not including, `end`. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Breaks a text into the lines that are shown: at its newlines, and where a line is too long, after
 * a space or beside a CJK ideograph. A word that is longer than a line is broken between grapheme
 * clusters; a cluster never is, so a wide character never straddles the edge.
 *
 * @param text any text free of control characters; tabs become spaces up to the next fourth column
 * @param columns how wide a line may be, at least 2
 * @returns at least one line; the spaces that a line was broken at are gone
 */
export function wrapWords(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(expandTabs(line), columns));
}

function wrapLine(line: string, columns: number): string[] {
  const indent = hangingIndent(line, columns);
  return wrapRanges(line, columns, indent.length).map(({ start, end }, row) =>
    row === 0 ? line.slice(start, end) : indent + line.slice(start, end),
  );
}

/**
 * {@link wrapWords} for one line, as places in it, for whoever has more to it than its text.
 *
 * @param line without newline and tab
 * @param columns how wide the first row may be
 * @param hanging by how much the rows after it are narrower
 * @returns at least one row; the spaces that a row was broken at are in none
 */
export function wrapRanges(line: string, columns: number, hanging = 0): TextRange[] {
  if (line.length * 2 <= columns || columnsOf(line) <= columns) {
    return [{ start: 0, end: line.length }];
  }
  const rows: TextRange[] = [];
  let start = 0;
  let offset = 0;
  let used = 0;
  const room = () => columns - (rows.length === 0 ? 0 : hanging);
  const breakHere = () => {
    rows.push({ start, end: start + line.slice(start, offset).trimEnd().length });
    start = offset;
    used = 0;
  };
  for (const word of wordsOf(line)) {
    const isSpace = word.trim() === "";
    if (offset > start && used + columnsOf(word.trimEnd()) > room()) breakHere();
    if (offset === start && rows.length > 0 && isSpace) {
      offset += word.length;
      start = offset;
      continue;
    }
    const width = columnsOf(word);
    if (used + width <= room()) {
      offset += word.length;
      used += width;
      continue;
    }
    for (const grapheme of splitGraphemes(word)) {
      const graphemeWidth = columnsOfGrapheme(grapheme);
      // Spaces that hang over the edge belong to no row.
      const isOver = used + graphemeWidth > room();
      if (isOver && grapheme !== " ") breakHere();
      offset += grapheme.length;
      if (!isOver || grapheme !== " ") used += graphemeWidth;
    }
  }
  if (offset > start || rows.length === 0) breakHere();
  return rows;
}

/** What is indented or an item of a list goes on under its first word, where there is room for that. */
function hangingIndent(line: string, columns: number): string {
  const { length } = /^ *(?:(?:[-*•]|\d{1,3}[.)]) +)?/.exec(line)?.[0] ?? "";
  return " ".repeat(length <= columns / 3 ? length : 0);
}

/** Words with the spaces after them; an ideograph or kana is a word by itself, Hangul is not. */
function wordsOf(line: string): string[] {
  return line.match(word) ?? [];
}

const word =
  /^ +|(?:[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff][\u3001\u3002\uff01\uff09\uff0c\uff1f\u300d\u300f]*|[^ \u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+) *| +/g;

/**
 * Replaces tabs by spaces up to the next fourth column.
 *
 * @param line without newline
 */
export function expandTabs(line: string): string {
  if (!line.includes("\t")) return line;
  let expanded = "";
  for (const piece of line.split(/(\t)/)) {
    expanded += piece === "\t" ? " ".repeat(4 - (columnsOf(expanded) % 4)) : piece;
  }
  return expanded;
}

/**
 * Breaks what is being typed into rows: at newlines and at the edge, whatever stands there, so that
 * nothing moves but at the cursor and every offset of the text has its place in one row.
 *
 * @param text without tabs
 * @param columns how wide a row may be, at least 2
 * @returns at least one row; a row's newline is in no row
 */
export function wrapTyped(text: string, columns: number): TextRange[] {
  const rows: TextRange[] = [];
  let lineStart = 0;
  for (const line of text.split("\n")) {
    let start = lineStart;
    let offset = lineStart;
    let used = 0;
    for (const grapheme of splitGraphemes(line)) {
      const width = columnsOfGrapheme(grapheme);
      if (used + width > columns) {
        rows.push({ start, end: offset });
        start = offset;
        used = 0;
      }
      offset += grapheme.length;
      used += width;
    }
    rows.push({ start, end: offset });
    lineStart += line.length + 1;
  }
  return rows;
}
