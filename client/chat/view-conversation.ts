import { blankLine, box, type Frame, type Line, type Span, span } from "./frame.ts";
import {
  approvalFooterRows,
  approvalLines,
  inputRowsOf,
  type Layout,
  layOutConversation,
  rowOfCursor,
  scrolledView,
  spinner,
} from "./layout.ts";
import type { Approval, ConversationPhase, Model } from "./model.ts";
import { visiblePart } from "./scroll.ts";
import { hintLine, statusLine } from "./view-status.ts";
import { columnsOf, truncate } from "./width.ts";

/** The screen of the conversation: transcript, input line or approval, status. */
export function viewConversation(model: Model, phase: ConversationPhase): Frame {
  const layout = layOutConversation(model, phase);
  const transcript = visiblePart(scrolledView(model, phase), phase.scroll).lines.slice();
  while (transcript.length < layout.transcriptRows) transcript.push(blankLine);
  const [approval] = phase.approvals;
  const { lines, cursor } =
    approval === undefined
      ? viewInput(model, phase, layout)
      : { lines: viewApproval(model, phase, approval, layout), cursor: null };
  const status = [statusLine(model, stateOf(model, phase), phase.user)];
  if (layout.statusRows > 1) status.push(hintLine(model, hintsOf(phase)));
  return {
    lines: [...transcript, ...lines, ...status],
    cursor: cursor && { ...cursor, row: cursor.row + transcript.length },
  };
}

function stateOf(model: Model, phase: ConversationPhase): readonly Span[] {
  if (phase.approvals.length > 0)
    return [span("? ", "warning"), span("waiting for you", "warning")];
  if (phase.answer?.stopping) return [span(`${spinner(model.now)} `, "warning"), span("stopping")];
  if (phase.answer !== null) return [span(`${spinner(model.now)} `, "accent"), span("answering")];
  return [span("● ", "success"), span("ready")];
}

type Hints = readonly (readonly [key: string, meaning: string])[];

const hintsWhen: Record<"asking" | "scrolled" | "answering" | "typedAhead" | "ready", Hints> = {
  asking: [["Esc", "stop the answer"]],
  scrolled: [
    ["PgDn", "down"],
    ["Ctrl-End", "to the end"],
  ],
  answering: [
    ["Esc", "stop"],
    ["PgUp", "scroll"],
  ],
  typedAhead: [
    ["Enter", "works once the answer is there"],
    ["Esc", "stop"],
  ],
  ready: [
    ["Enter", "send"],
    ["Ctrl-J", "new line"],
    ["↑", "history"],
    ["PgUp", "scroll"],
    ["/help", ""],
  ],
};

function hintsOf(phase: ConversationPhase): Hints {
  if (phase.approvals.length > 0) return hintsWhen.asking;
  if (phase.scroll.kind === "held") return hintsWhen.scrolled;
  if (phase.answer === null) return hintsWhen.ready;
  return phase.input.text === "" ? hintsWhen.answering : hintsWhen.typedAhead;
}

function viewInput(
  model: Model,
  phase: ConversationPhase,
  layout: Layout,
): { lines: Line[]; cursor: { row: number; column: number } } {
  const { columns } = model.size;
  const { text, cursor } = phase.input;
  const rows = inputRowsOf(phase, model.size, layout.isBoxed);
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
        text === "" ? span(placeholderOf(phase), "placeholder") : span(text.slice(start, end)),
      ],
    );
  const column = columnsOf(text.slice(rows[cursorRow]?.start ?? 0, cursor)) + 2;
  const mark = newBelowMark(phase);
  if (!layout.isBoxed) {
    return {
      lines: lines.map((line) => [span(" "), ...line]),
      cursor: { row: cursorRow - first, column: column + 1 },
    };
  }
  return {
    lines: withMark(box({ lines, columns }), mark, columns),
    cursor: { row: cursorRow - first + 1, column: column + 2 },
  };
}

function placeholderOf(phase: ConversationPhase): string {
  return phase.answer === null ? "Ask something" : "You can already type the next question";
}

function newBelowMark(phase: ConversationPhase): string {
  if (phase.scroll.kind === "end") return "";
  return phase.scroll.newBelow ? " ↓ new below " : " ↓ more below ";
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

function viewApproval(
  model: Model,
  phase: ConversationPhase,
  approval: Approval,
  layout: Layout,
): Line[] {
  const { columns } = model.size;
  const all = approvalLines(approval, columns, layout.isBoxed);
  const room = Math.max(1, layout.inputRows - approvalFooterRows);
  const shown = all.slice(approval.firstLine, approval.firstLine + room);
  const isCut = all.length > room;
  const position = `lines ${approval.firstLine + 1}–${approval.firstLine + shown.length} of ${all.length}`;
  const keys: Line = [
    span(" y ", "warning"),
    span("run it   "),
    span("n ", "warning"),
    span("decline"),
    ...(isCut ? [span(`   PgUp/PgDn  ${position}`, "dim")] : []),
  ];
  const waiting = phase.approvals.length - 1;
  const more = waiting === 0 ? "" : ` (${waiting} more waiting)`;
  const what = approval.destructive ? "deletes or overwrites" : "changes something";
  const title = `${approval.tool} ${what}. Run it as ${phase.user.username}?${more}`;
  const content: Line[] = [
    ...shown.map((line): Line => [span(" "), span(line)]),
    ...(layout.isBoxed ? [blankLine] : []),
    keys,
  ];
  if (layout.isBoxed) return box({ title, lines: content, columns, style: "warning" });
  return [[span(` ${truncate(title, columns - 2)}`, "warning")], ...content].slice(
    -layout.inputRows,
  );
}
