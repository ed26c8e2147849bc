import { blankLine, box, center, type Frame, type Line, span } from "./frame.ts";
import { spinner } from "./layout.ts";
import { type ConnectingPhase, type Model, problemIn } from "./model.ts";
import { textsOf } from "./texts/texts.ts";
import { hintLine, statusLine } from "./view-status.ts";
import { wrapWords } from "./wrap.ts";

/** The screen while the MCP session is being opened, and when that failed. */
export function viewConnecting(model: Model, phase: ConnectingPhase): Frame {
  const { rows } = model.size;
  const body = phase.problem === null ? waitingLines(model, phase) : problemLines(model, phase);
  const top = Math.max(0, Math.floor((rows - 2 - body.length) / 2));
  const lines: Line[] = [...Array.from({ length: top }, () => blankLine), ...body].slice(
    0,
    Math.max(0, rows - 2),
  );
  while (lines.length < rows - 2) lines.push(blankLine);
  const { status, conversation } = textsOf(model.language);
  const state =
    phase.problem === null
      ? [span(`${spinner(model.now)} `, "accent"), span(status.connecting)]
      : [span("✗ ", "error"), span(status.offline)];
  const keys = phase.problem === null ? conversation.hints.connecting : conversation.hints.offline;
  lines.push(statusLine(model, state, phase.user), hintLine(model, keys));
  return { lines, cursor: null };
}

function waitingLines(model: Model, phase: ConnectingPhase): Line[] {
  const { columns } = model.size;
  return [
    center(
      [
        span(`${spinner(model.now)} `, "accent"),
        span(`${textsOf(model.language).conversation.connectingAs(phase.user.username)} `),
        span(model.serverUrl, "accent"),
        span(" …"),
      ],
      columns,
    ),
  ];
}

function problemLines(model: Model, phase: ConnectingPhase): Line[] {
  const { columns } = model.size;
  const width = Math.min(columns, 76);
  const nothing = { code: "", message: "", hint: "" };
  const { message, hint } = problemIn(phase.problem ?? nothing, model.language);
  const margin = span(" ".repeat(Math.floor((columns - width) / 2)));
  const inner = Math.max(2, width - 6);
  const lines: Line[] = [
    blankLine,
    ...wrapWords(message, inner).map((line): Line => [span(" "), span(line, "error")]),
    ...wrapWords(hint, inner).map((line): Line => [span(" "), span(line)]),
    blankLine,
  ];
  if (columns < 30) return lines;
  return box({
    title: textsOf(model.language).conversation.noConnection,
    lines,
    columns: width,
    style: "error",
  }).map((line): Line => [margin, ...line]);
}
