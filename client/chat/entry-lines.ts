import { attachmentSpans } from "./attachment-spans.ts";
import { blankLine, fitLine, type Line, type Style, span } from "./frame.ts";
import { inLanguage, type Language } from "./language.ts";
import { markdownLines } from "./markdown/markdown-lines.ts";
import { type AttachmentSummary, problemIn } from "./model.ts";
import { type Texts, textsOf } from "./texts/texts.ts";
import { previewOf, toolLines } from "./tool-lines.ts";
import type { AnswerEntry, Entry, GivenEntry, ListEntry } from "./transcript.ts";
import { columnsOf } from "./width.ts";
import { wrapWords } from "./wrap.ts";

/** Every line begins with a gutter: a blank, a sign for who speaks, a blank. */
const gutter = 3;
/** Longer lines are hard to read. */
const widestText = 100;

interface Remembered {
  readonly columns: number;
  readonly language: Language;
  readonly lines: readonly Line[];
}

const cache = new WeakMap<Entry, Remembered>();

/**
 * The lines that show an entry, the blank line before it included. Remembered for as long as the
 * entry lives, since most of a conversation does not change between two frames.
 *
 * @param entry what was said or done
 * @param columns how wide the screen is
 * @param language of what the interface adds
 */
export function linesOfEntry(entry: Entry, columns: number, language: Language): readonly Line[] {
  const remembered = cache.get(entry);
  if (remembered?.columns === columns && remembered.language === language) return remembered.lines;
  const lines = layOut(entry, columns, language);
  cache.set(entry, { columns, language, lines });
  return lines;
}

function layOut(entry: Entry, columns: number, language: Language): readonly Line[] {
  const width = textWidth(columns);
  switch (entry.kind) {
    case "question":
      return [
        blankLine,
        ...signed("›", "accent", wrapWords(entry.text, width), "question"),
        ...attachmentLines(entry.attachments ?? [], width, textsOf(language).offers),
      ];
    case "given":
      return [blankLine, ...givenLines(entry, width, textsOf(language))];
    case "answer":
      return answerLines(entry, width);
    case "tool":
      return [blankLine, ...toolLines(entry, width, textsOf(language).transcript)];
    case "notice":
    case "stop": {
      const text = inLanguage(entry.text, language);
      return [blankLine, ...signed("·", "dim", wrapWords(text, width), "dim")];
    }
    case "error": {
      const { message, hint } = problemIn(entry.problem, language);
      return [
        blankLine,
        ...signed("✗", "error", wrapWords(message, width), "error"),
        ...(hint === "" ? [] : signed(" ", "plain", wrapWords(hint, width), "plain")),
      ];
    }
    case "list":
      return [blankLine, ...listLines(entry, width)];
  }
}

/** A prompt's message: folded with its beginning, open with all of it. */
function givenLines(entry: GivenEntry, width: number, texts: Texts): Line[] {
  const head: Line = [span(" » ", "dim"), span(texts.offers.given[entry.role], "dim")];
  const lines = entry.text === "" ? [] : wrapWords(entry.text, width);
  const shown = entry.isOpen ? lines : previewOf(lines, givenPreview, texts.transcript);
  return [
    fitLine(head, width + gutter),
    ...signed(" ", "plain", shown, "plain"),
    ...attachmentLines(entry.attachments, width, texts.offers),
  ];
}

const givenPreview = 5;

/** What goes with a question, a line each. */
function attachmentLines(
  attachments: readonly AttachmentSummary[],
  width: number,
  texts: Texts["offers"],
): Line[] {
  return attachments.map((attachment) =>
    fitLine([span("   + ", "accent"), ...attachmentSpans(attachment, texts)], width + gutter),
  );
}

function answerLines({ source, prefix, continues }: AnswerEntry, width: number): Line[] {
  const lines = markdownLines(prefix + source, width).map(
    (line): Line => (line.length === 0 ? line : [span("   "), ...line]),
  );
  if (continues !== "line") return [blankLine, ...lines];
  // The name of a fence's language stands above its first piece alone.
  const isLabelled = /^ *[`~]+[^\n\s]/.test(prefix);
  return isLabelled ? lines.slice(1) : lines;
}

/**
 * How wide text may be beside the gutter.
 *
 * @param columns how wide the screen is
 */
export function textWidth(columns: number): number {
  return Math.max(2, Math.min(widestText, columns - gutter - 1));
}

function signed(sign: string, signStyle: Style, texts: readonly string[], style: Style): Line[] {
  return texts.map((text, index) => [
    span(index === 0 ? ` ${sign} ` : "   ", signStyle),
    span(text, style),
  ]);
}

function listLines(entry: ListEntry, width: number): Line[] {
  const nameWidth = Math.min(
    Math.max(...entry.rows.map(({ name }) => columnsOf(name)), 0),
    Math.floor(width / 2),
  );
  const rows = entry.rows.flatMap(({ name, text }): Line[] => {
    const isNarrow = columnsOf(name) > nameWidth;
    const texts = wrapWords(text, Math.max(2, width - nameWidth - 2));
    const indent = " ".repeat(gutter + nameWidth + 2);
    const first = `${name}${" ".repeat(Math.max(0, nameWidth - columnsOf(name)) + 2)}`;
    if (isNarrow) {
      return [
        fitLine([span("   "), span(name, "accent")], width + gutter),
        ...texts.map((line) => [span(indent), span(line)]),
      ];
    }
    return texts.map((line, index) =>
      index === 0 ? [span("   "), span(first, "accent"), span(line)] : [span(indent), span(line)],
    );
  });
  return [...signed("·", "accent", wrapWords(entry.title, width), "strong"), ...rows];
}
