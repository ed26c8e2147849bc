import { blankLine, box, center, type Frame, type Line, span } from "./frame.ts";
import { spinner } from "./layout.ts";
import type { ConnectingPhase, Model } from "./model.ts";
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
  const state =
    phase.problem === null
      ? [span(`${spinner(model.now)} `, "accent"), span("connecting")]
      : [span("✗ ", "error"), span("offline")];
  const keys: readonly (readonly [string, string])[] =
    phase.problem === null
      ? [["Esc", "sign out"]]
      : [
          ["Enter", "try again"],
          ["Esc", "sign out"],
          ["Ctrl-C twice", "quit"],
        ];
  lines.push(statusLine(model, state, phase.user), hintLine(model, keys));
  return { lines, cursor: null };
}

function waitingLines(model: Model, phase: ConnectingPhase): Line[] {
  const { columns } = model.size;
  return [
    center(
      [
        span(`${spinner(model.now)} `, "accent"),
        span(`Signed in as ${phase.user.username}. Connecting to `),
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
  const { message = "", hint = "" } = phase.problem ?? {};
  const margin = span(" ".repeat(Math.floor((columns - width) / 2)));
  const inner = Math.max(2, width - 6);
  const lines: Line[] = [
    blankLine,
    ...wrapWords(message, inner).map((line): Line => [span(" "), span(line, "error")]),
    ...wrapWords(hint, inner).map((line): Line => [span(" "), span(line)]),
    blankLine,
  ];
  if (columns < 30) return lines;
  return box({ title: "No connection", lines, columns: width, style: "error" }).map(
    (line): Line => [margin, ...line],
  );
}
