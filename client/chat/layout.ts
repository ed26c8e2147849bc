import { blankLine, type Line, span } from "./frame.ts";
import type { Approval, ConversationPhase, Model, Size } from "./model.ts";
import type { ScrolledView } from "./scroll.ts";
import { argumentLines } from "./tool-lines.ts";
import { welcomeLines } from "./welcome.ts";
import { type TextRange, wrapTyped } from "./wrap.ts";

/** How the rows of the conversation's screen are given out, from top to bottom. */
export interface Layout {
  readonly transcriptRows: number;
  /** Rows of typed text, or of an approval's arguments, without borders. */
  readonly inputRows: number;
  readonly isBoxed: boolean;
  readonly statusRows: number;
}

/** What else an approval takes: the keys that answer it, and a blank line or, without box, the title. */
export const approvalFooterRows = 2;

/**
 * Gives out the rows of the conversation's screen.
 *
 * @param model its size counts
 * @param phase its input or its approval counts
 */
export function layOutConversation(model: Model, phase: ConversationPhase): Layout {
  const { columns, rows } = model.size;
  const isBoxed = columns >= 30 && rows >= 10;
  const statusRows = rows >= 10 ? 2 : 1;
  const [approval] = phase.approvals;
  const wanted =
    approval === undefined
      ? inputRowsOf(phase, model.size, isBoxed).length
      : approvalLines(approval, columns, isBoxed).length + approvalFooterRows;
  // What is decided about must be seen, so an approval may take nearly all of the screen.
  const most =
    approval === undefined
      ? Math.max(1, Math.floor(rows / 3))
      : rows - statusRows - (isBoxed ? 3 : 0);
  const inputRows = Math.max(1, Math.min(wanted, most, rows - statusRows - (isBoxed ? 2 : 0)));
  const transcriptRows = Math.max(0, rows - statusRows - inputRows - (isBoxed ? 2 : 0));
  return { transcriptRows, inputRows, isBoxed, statusRows };
}

/**
 * How wide the typed text may be: the screen without border, prompt sign, and a column for the
 * cursor behind a full row.
 *
 * @param columns how wide the screen is
 * @param isBoxed whether the input line has a border
 */
export function inputColumns(columns: number, isBoxed: boolean): number {
  return Math.max(2, columns - (isBoxed ? 7 : 4));
}

/**
 * The rows of what is being typed.
 *
 * @param phase its input counts
 * @param size the screen's size
 * @param isBoxed whether the input line has a border
 */
export function inputRowsOf(phase: ConversationPhase, size: Size, isBoxed: boolean): TextRange[] {
  return wrapTyped(phase.input.text, inputColumns(size.columns, isBoxed));
}

/**
 * The row in which the cursor stands. Behind a row that is full to the edge it belongs to that row
 * only when the text or the line ends there.
 *
 * @param rows rows of {@link inputRowsOf}
 * @param cursor the cursor's offset
 */
export function rowOfCursor(rows: readonly TextRange[], cursor: number): number {
  const row = rows.findLastIndex(({ start }) => start <= cursor);
  return Math.max(0, row);
}

/**
 * A tool's arguments as the approval shows them.
 *
 * @param approval what is asked
 * @param columns how wide the screen is
 * @param isBoxed whether there is a border
 */
export function approvalLines(approval: Approval, columns: number, isBoxed: boolean): string[] {
  const lines = argumentLines(approval.arguments, Math.max(2, columns - (isBoxed ? 6 : 2)));
  return lines.length === 0 ? ["no arguments"] : lines;
}

/**
 * The transcript as it is scrolled on this screen.
 *
 * @param model its size and time count
 * @param phase its transcript counts
 */
export function scrolledView(model: Model, phase: ConversationPhase): ScrolledView {
  const { columns } = model.size;
  const rows = layOutConversation(model, phase).transcriptRows;
  const isEmpty = phase.transcript.entries.length === 0;
  return {
    transcript: phase.transcript,
    language: model.language,
    // Of a welcome that does not fit, the beginning is what counts.
    tail: isEmpty
      ? welcomeLines(phase, columns).slice(0, rows)
      : [...workLines(model, phase), blankLine],
    columns,
    rows,
  };
}

/** While an answer is awaited and nothing else on the screen moves: a sign that it is worked on. */
function workLines(model: Model, phase: ConversationPhase): Line[] {
  if (phase.answer === null || phase.approvals.length > 0) return [];
  const last = phase.transcript.entries.at(-1);
  if (last?.kind === "answer" && last.isGrowing) return [];
  const seconds = Math.floor((model.now - phase.answer.startedAt) / 1000);
  const word = phase.answer.stopping ? "stopping" : "working";
  const time = seconds < 2 ? "" : `  ${seconds} s`;
  return [blankLine, [span(` ${spinner(model.now)} `, "accent"), span(`${word}${time}`, "dim")]];
}

/**
 * The sign that turns while something is under way.
 *
 * @param now milliseconds since the epoch
 */
export function spinner(now: number): string {
  return "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏".charAt(Math.floor(now / spinnerStepMilliseconds) % 10);
}

/** How long the spinner stands still between two of its pictures. */
export const spinnerStepMilliseconds = 120;
