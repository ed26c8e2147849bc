import { type Find, findLines } from "./find.ts";
import { box, type Line, span } from "./frame.ts";
import { inputRowsOf, type Layout, rowOfCursor, scrolledView } from "./layout.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { type Texts, textsOf } from "./texts/texts.ts";
import { columnsOf } from "./width.ts";

export interface InputView {
  readonly lines: Line[];
  readonly cursor: { readonly row: number; readonly column: number };
}

/** The line that is typed into, with as many rows as it needs and the layout gives. */
export function viewInput(model: Model, phase: ConversationPhase, layout: Layout): InputView {
  const texts = textsOf(model.language).conversation;
  const { text, cursor } = phase.input;
  const rows = inputRowsOf(phase, layout.columns, layout.isBoxed);
  const cursorRow = rowOfCursor(rows, cursor);
  const first = Math.max(
    0,
    Math.min(cursorRow - layout.inputRows + 1, rows.length - layout.inputRows),
  );
  const lines = rows
    .slice(first, first + layout.inputRows)
    .map(
      ({ start, end }, index): Line => [
        span(first + index === 0 ? "› " : "  ", "accent"),
        text === ""
          ? span(
              phase.answer === null ? texts.placeholder : texts.placeholderAnswering,
              "placeholder",
            )
          : span(text.slice(start, end)),
      ],
    );
  const column = columnsOf(text.slice(rows[cursorRow]?.start ?? 0, cursor)) + 2;
  return framed(lines, { row: cursorRow - first, column }, newBelowMark(phase, texts), layout);
}

/** The line in which a search is typed, in place of the other one. */
export function viewFind(
  model: Model,
  phase: ConversationPhase,
  find: Find,
  layout: Layout,
): InputView {
  const texts = textsOf(model.language).conversation;
  const { text, cursor } = find.query;
  const { length } = findLines(scrolledView(model, phase), text);
  const outcome = length === 0 ? texts.notFound : texts.found(find.index + 1, length);
  const label = `${texts.find}: `;
  const line: Line = [
    span(label, "accent"),
    span(text),
    span(text === "" ? "" : `  ${outcome}`, length === 0 ? "warning" : "dim"),
  ];
  const column = columnsOf(label) + columnsOf(text.slice(0, cursor));
  return framed([line], { row: 0, column }, newBelowMark(phase, texts), layout);
}

function framed(
  lines: readonly Line[],
  cursor: InputView["cursor"],
  mark: string,
  { isBoxed, columns }: Layout,
): InputView {
  if (!isBoxed) {
    return {
      lines: lines.map((line) => [span(" "), ...line]),
      cursor: { ...cursor, column: cursor.column + 1 },
    };
  }
  return {
    lines: withMark(box({ lines, columns }), mark, columns),
    cursor: { row: cursor.row + 1, column: cursor.column + 2 },
  };
}

function newBelowMark(phase: ConversationPhase, texts: Texts["conversation"]): string {
  if (phase.scroll.kind === "end") return "";
  return phase.scroll.newBelow ? texts.newBelow : texts.moreBelow;
}

/** Puts the mark into the upper border, near its right end. */
function withMark(lines: Line[], mark: string, columns: number): Line[] {
  if (mark === "") return lines;
  const rule = columns - 4 - columnsOf(mark);
  if (rule < 1) return lines;
  const top: Line = [
    span(`╭${"─".repeat(rule)}`, "border"),
    span(mark, "accent"),
    span("──╮", "border"),
  ];
  return [top, ...lines.slice(1)];
}
