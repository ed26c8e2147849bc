import { textWidth } from "./entry-lines.ts";
import { blankLine, type Line, span } from "./frame.ts";
import { inLanguage, type Language } from "./language.ts";
import type { Approval, ConversationPhase, Model } from "./model.ts";
import type { ScrolledView } from "./scroll.ts";
import { suggestionsFor } from "./suggestions.ts";
import { textsOf } from "./texts/texts.ts";
import { argumentLines } from "./tool-lines.ts";
import { viewDialog } from "./view-dialog.ts";
import { welcomeLines } from "./welcome.ts";
import { type TextRange, wrapTyped, wrapWords } from "./wrap.ts";

/** How the rows and columns of the conversation's screen are given out. */
export interface Layout {
  /** How wide the conversation is: the screen, without the pane beside it. */
  readonly columns: number;
  readonly transcriptRows: number;
  /** Rows of suggested commands above the input line. */
  readonly suggestionRows: number;
  /** Rows of what goes with the next question. */
  readonly attachmentRows: number;
  /** Rows of typed text, or of an approval's arguments, without borders. */
  readonly inputRows: number;
  readonly isBoxed: boolean;
  readonly statusRows: number;
  /** Where the pane is: beside the conversation, or in place of the transcript; null when closed. */
  readonly pane: {
    readonly isBeside: boolean;
    readonly columns: number;
    readonly rows: number;
  } | null;
}

/** What else an approval takes: the keys that answer it, and a blank line or, without box, the title. */
export const approvalFooterRows = 2;

/** Narrower, neither the conversation nor the pane beside it could be read. */
const narrowestForTwo = 110;
const mostSuggestions = 6;

/**
 * Gives out the rows and columns of the conversation's screen.
 *
 * @param model its size counts
 * @param phase its input, its approval and its pane count
 */
export function layOutConversation(model: Model, phase: ConversationPhase): Layout {
  const { rows } = model.size;
  const isBoxed = model.size.columns >= 30 && rows >= 10;
  const statusRows = rows >= 10 ? 2 : 1;
  const isBeside = phase.pane !== null && model.size.columns >= narrowestForTwo;
  const paneColumns = isBeside ? Math.min(64, Math.floor(model.size.columns * 0.42)) : 0;
  const columns = model.size.columns - paneColumns;
  const [approval] = phase.approvals;
  const [dialog] = phase.dialogs;
  const isAsked = approval !== undefined || dialog !== undefined;
  const wanted =
    approval === undefined && dialog !== undefined
      ? viewDialog(model, dialog, phase.server.name, columns).lines.length - 2
      : approval === undefined
        ? inputRowsOf(phase, columns, isBoxed).length
        : approvalLines(approval, columns, isBoxed, model.language).length + approvalFooterRows;
  // What is decided about must be seen, so an approval may take nearly all of the screen.
  const most = !isAsked ? Math.max(1, Math.floor(rows / 3)) : rows - statusRows - (isBoxed ? 3 : 0);
  const inputRows = Math.max(1, Math.min(wanted, most, rows - statusRows - (isBoxed ? 2 : 0)));
  const free = Math.max(0, rows - statusRows - inputRows - (isBoxed ? 2 : 0));
  const suggestions = !isAsked ? suggestionsFor(phase, textsOf(model.language)) : [];
  const suggestionRows = Math.min(suggestions.length, mostSuggestions, Math.floor(free / 2));
  const attachmentRows = isAsked
    ? 0
    : Math.min(phase.attachments.length, Math.floor((free - suggestionRows) / 2));
  const transcriptRows = free - suggestionRows - attachmentRows;
  const pane =
    phase.pane === null
      ? null
      : isBeside
        ? { isBeside, columns: paneColumns - 3, rows: rows - statusRows - 1 }
        : { isBeside, columns: columns - 4, rows: Math.max(0, transcriptRows - 1) };
  return {
    columns,
    transcriptRows,
    suggestionRows,
    attachmentRows,
    inputRows,
    isBoxed,
    statusRows,
    pane,
  };
}

/**
 * How wide the typed text may be: the screen without border, prompt sign, and a column for the
 * cursor behind a full row.
 *
 * @param columns how wide the conversation is
 * @param isBoxed whether the input line has a border
 */
export function inputColumns(columns: number, isBoxed: boolean): number {
  return Math.max(2, columns - (isBoxed ? 7 : 4));
}

/**
 * The rows of what is being typed.
 *
 * @param phase its input counts
 * @param columns how wide the conversation is
 * @param isBoxed whether the input line has a border
 */
export function inputRowsOf(
  phase: ConversationPhase,
  columns: number,
  isBoxed: boolean,
): readonly TextRange[] {
  const width = inputColumns(columns, isBoxed);
  const { text } = phase.input;
  if (lastRows.text !== text || lastRows.width !== width) {
    lastRows = { text, width, rows: wrapTyped(text, width) };
  }
  return lastRows.rows;
}

/** Asked for several times with each key, and dear for a long text. */
let lastRows: { text: string; width: number; rows: readonly TextRange[] } = {
  text: "",
  width: 0,
  rows: [{ start: 0, end: 0 }],
};

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
 * @param language of the interface
 */
export function approvalLines(
  approval: Approval,
  columns: number,
  isBoxed: boolean,
  language: Language,
): string[] {
  const lines = argumentLines(approval.arguments, Math.max(2, columns - (isBoxed ? 6 : 2)));
  return lines.length === 0 ? [textsOf(language).transcript.noArguments] : lines;
}

/**
 * The transcript as it is scrolled on this screen.
 *
 * @param model its size and time count
 * @param phase its transcript counts
 */
export function scrolledView(model: Model, phase: ConversationPhase): ScrolledView {
  const { columns, transcriptRows: rows } = layOutConversation(model, phase);
  const isEmpty = phase.transcript.entries.length === 0;
  return {
    transcript: phase.transcript,
    language: model.language,
    // Of a welcome that does not fit, the beginning is what counts.
    tail: isEmpty
      ? welcomeLines(phase, columns, textsOf(model.language).conversation).slice(0, rows)
      : [...workLines(model, phase, columns), blankLine],
    columns,
    rows,
  };
}

/** While an answer is awaited and nothing else on the screen moves: a sign that it is worked on. */
function workLines(model: Model, phase: ConversationPhase, columns: number): Line[] {
  if (phase.answer === null || phase.approvals.length > 0) return [];
  const last = phase.transcript.entries.at(-1);
  if (last?.kind === "answer" && last.isGrowing) return [];
  const seconds = Math.floor((model.now - phase.answer.startedAt) / 1000);
  const texts = textsOf(model.language).conversation;
  const { retry, stopping } = phase.answer;
  if (retry !== null && model.now < retry.at && !stopping) {
    const left = Math.ceil((retry.at - model.now) / 1000);
    const text = texts.retrying(inLanguage(retry.reason, model.language), left);
    return [
      blankLine,
      ...wrapWords(text, textWidth(columns)).map((line, index): Line => {
        const sign = index === 0 ? ` ${spinner(model.now)} ` : "   ";
        return [span(sign, "accent"), span(line, "warning")];
      }),
    ];
  }
  const word = stopping ? texts.stopping : texts.working;
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
