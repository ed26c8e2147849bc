import { blankLine, box, type Line, span } from "./frame.ts";
import { approvalFooterRows, approvalLines, type Layout } from "./layout.ts";
import type { Approval, ConversationPhase, Model } from "./model.ts";
import { textsOf } from "./texts/texts.ts";
import { truncate } from "./width.ts";

/** The question whether a tool may run, with all of its arguments. */
export function viewApproval(
  model: Model,
  phase: ConversationPhase,
  approval: Approval,
  layout: Layout,
): Line[] {
  const { columns } = layout;
  const all = approvalLines(approval, columns, layout.isBoxed, model.language);
  const room = Math.max(1, layout.inputRows - approvalFooterRows);
  const shown = all.slice(approval.firstLine, approval.firstLine + room);
  const isCut = all.length > room;
  const texts = textsOf(model.language).approval;
  const last = approval.firstLine + shown.length;
  const position: Line = isCut
    ? [span(`  PgUp/PgDn ${texts.lines(approval.firstLine + 1, last, all.length)}`, "dim")]
    : blankLine;
  const keys = texts.choices.flatMap(([key = "", word = ""]) => [
    span(` ${key} `, "warning"),
    span(`${word} `),
  ]);
  const waiting = phase.approvals.length - 1;
  const more = waiting === 0 ? "" : texts.waiting(waiting);
  const title = texts.title(approval.tool, approval.destructive, phase.user.username) + more;
  const content: Line[] = [
    ...shown.map((line): Line => [span(" "), span(line)]),
    // That there is more of it must not be cut off, so it has a row of its own where there is one.
    ...(layout.isBoxed ? [position, keys] : [[...keys, ...position]]),
  ];
  if (layout.isBoxed) return box({ title, lines: content, columns, style: "warning" });
  return [[span(` ${truncate(title, columns - 2)}`, "warning")], ...content].slice(
    -layout.inputRows,
  );
}
