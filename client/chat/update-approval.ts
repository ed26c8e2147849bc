import type { KeyName } from "./keys.ts";
import { approvalFooterRows, approvalLines, layOutConversation } from "./layout.ts";
import type { Approval, ApprovalChoice, ConversationPhase, Model } from "./model.ts";
import { changeTool } from "./transcript.ts";
import type { Update } from "./update.ts";

/** A key that comes right after the question appeared was meant for the input line. */
export const deafForMilliseconds = 400;

/** The keys, also as the same ones come while a Korean input method is on. */
const choices: Readonly<Record<string, ApprovalChoice>> = {
  y: "once",
  ㅛ: "once",
  s: "session",
  ㄴ: "session",
  a: "always",
  ㅁ: "always",
  n: "decline",
  ㅜ: "decline",
  x: "never",
  ㅌ: "never",
};

/** What typed text says about the tool that is asked about; most texts say nothing. */
export function approvalTyped(model: Model, phase: ConversationPhase, text: string): Update {
  const [approval] = phase.approvals;
  if (approval === undefined || model.now - approval.shownAt < deafForMilliseconds) {
    return [model, []];
  }
  const key = text.toLowerCase();
  const choice = Object.hasOwn(choices, key) ? choices[key] : undefined;
  return choice === undefined ? [model, []] : decide(model, phase, approval, choice);
}

function decide(
  model: Model,
  phase: ConversationPhase,
  approval: Approval,
  choice: ApprovalChoice,
): Update {
  const approvals = phase.approvals
    .slice(1)
    .map((next, index) => (index === 0 ? { ...next, shownAt: model.now } : next));
  const transcript = changeTool(phase.transcript, approval.callId, { state: "running" });
  return [
    { ...model, phase: { ...phase, approvals, transcript } },
    [{ type: "decide", callId: approval.callId, choice }],
  ];
}

/**
 * Keys that move within the arguments.
 *
 * @returns null for a key that has nothing to do with the approval
 */
export function approvalKey(model: Model, phase: ConversationPhase, key: KeyName): Update | null {
  switch (key) {
    case "up":
      return scrollArguments(model, phase, () => -1);
    case "down":
      return scrollArguments(model, phase, () => 1);
    case "page-up":
      return scrollArguments(model, phase, (room) => -room);
    case "page-down":
      return scrollArguments(model, phase, (room) => room);
    default:
      return null;
  }
}

/** Shows another part of arguments that are longer than the screen. */
function scrollArguments(
  model: Model,
  phase: ConversationPhase,
  step: (room: number) => number,
): Update {
  const [approval, ...others] = phase.approvals;
  if (approval === undefined) return [model, []];
  const layout = layOutConversation(model, phase);
  const room = Math.max(1, layout.inputRows - approvalFooterRows);
  const { length } = approvalLines(approval, layout.columns, layout.isBoxed, model.language);
  const firstLine = Math.max(0, Math.min(length - room, approval.firstLine + step(room)));
  return [
    { ...model, phase: { ...phase, approvals: [{ ...approval, firstLine }, ...others] } },
    [],
  ];
}
