import type { KeyName } from "./keys.ts";
import { approvalFooterRows, approvalLines, layOutConversation } from "./layout.ts";
import type { Approval, ConversationPhase, Model } from "./model.ts";
import { changeTool } from "./transcript.ts";
import type { Update } from "./update.ts";

/** A key that comes right after the question appeared was meant for the input line. */
export const deafForMilliseconds = 400;

/** Yes and no, also as the same keys give them while a Korean input method is on. */
const yes = new Set(["y", "Y", "ㅛ"]);
const no = new Set(["n", "N", "ㅜ"]);

/** What typed text says about the tool that is asked about; anything but yes and no says nothing. */
export function approvalTyped(model: Model, phase: ConversationPhase, text: string): Update {
  const [approval] = phase.approvals;
  if (approval === undefined || model.now - approval.shownAt < deafForMilliseconds) {
    return [model, []];
  }
  if (yes.has(text)) return decide(model, phase, approval, true);
  if (no.has(text)) return decide(model, phase, approval, false);
  return [model, []];
}

function decide(
  model: Model,
  phase: ConversationPhase,
  approval: Approval,
  approved: boolean,
): Update {
  const approvals = phase.approvals
    .slice(1)
    .map((next, index) => (index === 0 ? { ...next, shownAt: model.now } : next));
  const transcript = changeTool(phase.transcript, approval.callId, { state: "running" });
  return [
    { ...model, phase: { ...phase, approvals, transcript } },
    [{ type: "decide", callId: approval.callId, approved }],
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
