import { lexer, type Token, type Tokens } from "marked";
import { stripControlCharacters } from "../../terminal-text.ts";
import { blankLine, columnsOfLine, type Line, type Style, span } from "../frame.ts";
import { wrapCode, wrapSpans } from "../wrap-spans.ts";
import { highlight } from "./highlight.ts";
import { decodeEntities, inlineSpans } from "./inline-spans.ts";
import { tableLines } from "./table-lines.ts";

/** What is nested deeper, no person has written; it is shown as text. */
const deepestLevel = 12;
/** A longer line is no prose, and the lexer's time grows faster than a line does. */
const longestLine = 4_000;

/**
 * Markdown (CommonMark with GitHub's tables, task lists and strike-through) as lines of a terminal.
 *
 * @param source free of control characters but newline and tab; what is not finished yet, as while it
 *   arrives, is shown as far as it goes
 * @param width how wide the lines may be, at least 2
 */
export function markdownLines(source: string, width: number): Line[] {
  const isTooLong = source.split("\n").some(({ length }) => length > longestLine);
  if (isTooLong) return wrapSpans([span(source)], width);
  try {
    return blockLines(lexer(source, { gfm: true }), width, 0).map(harmless);
  } catch {
    // Nested so deeply that the lexer's stack is not enough.
    return wrapSpans([span(source)], width);
  }
}

/** Whatever the lexer makes of a text: no control character comes out that did not go in. */
function harmless(line: Line): Line {
  return line.map(({ text, style }) => span(stripControlCharacters(text), style));
}

function blockLines(tokens: readonly Token[], width: number, level: number): Line[] {
  const lines: Line[] = [];
  let isApart = false;
  for (const token of tokens) {
    if (token.type === "space") isApart = true;
    if (token.type === "space" || token.type === "checkbox") continue;
    const block = linesOf(token, width, level);
    if (block.length === 0) continue;
    const standsApart = ["heading", "code", "table"].includes(token.type);
    if (lines.length > 0 && (isApart || standsApart)) lines.push(blankLine);
    lines.push(...block);
    isApart = /\n[ \t]*\n$/.test(token.raw) || token.type === "code" || token.type === "table";
  }
  return lines;
}

function linesOf(token: Token, width: number, level: number): Line[] {
  if (level > deepestLevel || width < 8) return wrapSpans([span(token.raw.trimEnd())], width);
  switch (token.type) {
    case "heading":
      return wrapSpans(inlineSpans(token.tokens, "heading"), width);
    case "paragraph":
    case "text":
      return wrapSpans(inlineSpans([token]), width);
    case "list":
      return listLines(token as Tokens.List, width, level);
    case "blockquote":
      return prefixed("│ ", "border", blockLines(token.tokens ?? [], width - 2, level + 1));
    case "code":
      return codeLines(token as Tokens.Code, width);
    case "table":
      return tableLines(token as Tokens.Table, width);
    case "hr":
      return [[span("─".repeat(Math.min(width, 40)), "border")]];
    default:
      return wrapSpans([span(decodeEntities(token.raw.trimEnd()))], width);
  }
}

function prefixed(prefix: string, style: Style, lines: readonly Line[]): Line[] {
  return lines.map((line) => [span(prefix, style), ...line]);
}

function listLines(list: Tokens.List, width: number, level: number): Line[] {
  const first = typeof list.start === "number" ? list.start : 1;
  const marks = list.items.map((item, index) => markOf(list, item, first + index));
  const indent = Math.max(...marks.map(({ length }) => length));
  return list.items.flatMap((item, index) => {
    const lines = blockLines(item.tokens, width - indent - 1, level + 1);
    const mark = (marks[index] ?? "").padStart(indent);
    const rows = lines.length === 0 ? [blankLine] : lines;
    const apart = list.loose && index > 0 && rows.length > 1 ? [blankLine] : [];
    return [
      ...apart,
      ...rows.map((line, row): Line => {
        const isEmpty = row > 0 && columnsOfLine(line) === 0;
        if (isEmpty) return blankLine;
        return [span(row === 0 ? `${mark} ` : " ".repeat(indent + 1), "accent"), ...line];
      }),
    ];
  });
}

function markOf(list: Tokens.List, item: Tokens.ListItem, number: number): string {
  if (item.task) return item.checked === true ? "☑" : "☐";
  return list.ordered ? `${number}.` : "•";
}

/** Set in by two columns and free of borders, so that a selection by mouse takes the code alone. */
function codeLines(code: Tokens.Code, width: number): Line[] {
  const language = /^\S*/.exec(code.lang ?? "")?.[0] ?? "";
  const label: Line[] = language === "" ? [] : [[span(language, "dim")]];
  const lines = wrapCode(highlight(code.text, language), width - 2);
  return [...label, ...prefixed("  ", "plain", lines)];
}
