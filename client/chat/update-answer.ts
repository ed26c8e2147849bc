import { dialogOf, ownDialogs } from "./dialog.ts";
import type { Message } from "./messages.ts";
import type { ConversationPhase, Model, Problem } from "./model.ts";
import { localized } from "./texts/texts.ts";
import {
  addAnswerText,
  addEntry,
  changeTool,
  endAnswerText,
  stopTools,
  type Transcript,
  transcriptBounds,
} from "./transcript.ts";
import type { Update } from "./update.ts";
import { updateAttachments } from "./update-attachments.ts";
import { isSignInLost, signedOut } from "./update-connecting.ts";
import { dialogCompleted } from "./update-dialog.ts";
import { updateKept } from "./update-kept.ts";
import { updateOffers } from "./update-offers.ts";

/** What an answer brings, and how it ends. */
export function updateAnswer(model: Model, phase: ConversationPhase, message: Message): Update {
  const { transcript } = phase;
  switch (message.type) {
    case "answer_text":
      return arrived(model, phase, addAnswerText(transcript, message.text));
    case "tool_called":
      return arrived(
        model,
        phase,
        addEntry(endAnswerText(transcript), {
          kind: "tool",
          callId: message.callId,
          tool: message.tool,
          arguments: message.arguments,
          state: "running",
          result: "",
          durationMilliseconds: 0,
          progress: "",
          caller: phase.user.username,
          isOpen: phase.areToolsOpen,
        }),
      );
    case "tool_ended":
      return arrived(
        model,
        { ...phase, approvals: phase.approvals.filter(({ callId }) => callId !== message.callId) },
        changeTool(transcript, message.callId, {
          state: message.outcome,
          // Why it was declined is known to the one who declined it.
          result: message.outcome === "declined" ? "" : shortened(message.text),
          durationMilliseconds: message.durationMilliseconds,
        }),
      );
    case "approval_asked": {
      const { callId, tool, destructive } = message;
      const approval = {
        callId,
        tool,
        destructive,
        arguments: message.arguments,
        shownAt: model.now,
        firstLine: 0,
      };
      const approvals = [...phase.approvals, approval];
      const waiting = changeTool(transcript, callId, { state: "waiting" });
      return [{ ...model, phase: { ...phase, approvals, transcript: waiting } }, []];
    }
    case "noticed":
      return arrived(
        model,
        phase,
        addEntry(endAnswerText(transcript), { kind: "notice", text: message.text }),
      );
    case "retrying": {
      if (phase.answer === null) return [model, []];
      const { reason, delayMilliseconds } = message;
      const retry = { reason, at: model.now + delayMilliseconds };
      return [{ ...model, phase: { ...phase, answer: { ...phase.answer, retry } } }, []];
    }
    case "answer_ended":
      return arrived(model, ended(phase), stopTools(endAnswerText(transcript)));
    case "answer_failed":
      return failed(model, phase, message.problem);
    case "tool_progressed":
      return arrived(
        model,
        phase,
        changeTool(transcript, message.callId, { progress: message.text }),
      );
    case "elicited": {
      const dialogs = [
        ...phase.dialogs,
        dialogOf({ kind: "elicitation", id: message.id }, message),
      ];
      return [{ ...model, phase: { ...phase, dialogs, find: null } }, []];
    }
    case "elicitation_refused": {
      const text = localized((texts) => texts.dialog.refused);
      return arrived(model, phase, addEntry(endAnswerText(transcript), { kind: "notice", text }));
    }
    case "server_logged": {
      const { level, text: said } = message;
      const text = localized((texts) => texts.transcript.serverSays(level, said));
      return arrived(model, phase, addEntry(endAnswerText(transcript), { kind: "notice", text }));
    }
    case "server_reachable": {
      const isServerAway = message.state === "away";
      const text = localized(({ transcript: texts }) =>
        isServerAway ? texts.serverAway : texts.serverBack,
      );
      const told = addEntry(endAnswerText(transcript), { kind: "notice", text });
      return arrived(model, { ...phase, isServerAway }, told);
    }
    case "spent": {
      const { inputTokens, outputTokens, cost } = message;
      const tokens = phase.spent.tokens + inputTokens + outputTokens;
      const sum = cost === null ? phase.spent.cost : (phase.spent.cost ?? 0) + cost;
      return [{ ...model, phase: { ...phase, spent: { tokens, cost: sum } } }, []];
    }
    case "model_chosen":
      return [
        { ...model, phase: { ...phase, modelId: message.modelId, models: message.models } },
        [],
      ];
    case "completed":
      return dialogCompleted(model, phase, message);
    case "attached":
    case "attach_failed":
      return updateAttachments(model, phase, message);
    case "prompt_given":
    case "asks_again":
      return updateOffers(model, phase, message);
    case "sessions_listed":
    case "resumed":
    case "exported":
    case "failed":
      return updateKept(model, phase, message);
    case "server_changed":
      return [{ ...model, phase: { ...phase, server: message.server } }, []];
    default:
      return [model, []];
  }
}

function shortened(text: string): string {
  const { resultCharacters } = transcriptBounds;
  return text.length <= resultCharacters ? text : `${text.slice(0, resultCharacters)}…`;
}

function ended(phase: ConversationPhase): ConversationPhase {
  return { ...phase, answer: null, approvals: [], dialogs: ownDialogs(phase) };
}

/** The screen stays where it was scrolled to, and says that there is something new below. */
function arrived(model: Model, phase: ConversationPhase, transcript: Transcript): Update {
  if (transcript === phase.transcript) return [{ ...model, phase }, []];
  const scroll = phase.scroll.kind === "held" ? { ...phase.scroll, newBelow: true } : phase.scroll;
  return [{ ...model, phase: { ...phase, transcript, scroll } }, []];
}

function failed(model: Model, phase: ConversationPhase, problem: Problem): Update {
  if (isSignInLost(problem)) return signedOut(model, phase.user, problem);
  const transcript = stopTools(endAnswerText(phase.transcript));
  const entry =
    problem.code === "interrupted"
      ? ({ kind: "stop", text: localized((texts) => texts.transcript.stopped) } as const)
      : ({ kind: "error", problem } as const);
  return arrived(model, ended(phase), addEntry(transcript, entry));
}
