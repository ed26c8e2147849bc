import { ownDialogs } from "./dialog.ts";
import { emptyEditor, insertText } from "./editor.ts";
import type { KeyName } from "./keys.ts";
import { layOutConversation } from "./layout.ts";
import type { Message } from "./messages.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { suggestionsFor } from "./suggestions.ts";
import { textsOf } from "./texts/texts.ts";
import { foldTools } from "./transcript.ts";
import type { Update } from "./update.ts";
import { updateAnswer } from "./update-answer.ts";
import { approvalKey, approvalTyped } from "./update-approval.ts";
import { copyAnswer } from "./update-commands.ts";
import { dialogKey, dialogTyped } from "./update-dialog.ts";
import { findKey, findTyped, openFind } from "./update-find.ts";
import { clicked, paneKey, scroll, wheel } from "./update-scrolling.ts";
import { changeInput, typingKey } from "./update-typing.ts";

/** {@link update} while the user talks with the model. */
export function updateConversation(
  model: Model,
  phase: ConversationPhase,
  message: Message,
): Update {
  const isAsking = phase.approvals.length > 0;
  const [dialog] = phase.dialogs;
  switch (message.type) {
    case "typed":
    case "pasted":
      if (isAsking && message.type === "pasted") return [model, []];
      if (isAsking) return approvalTyped(model, phase, message.text);
      if (dialog !== undefined) return dialogTyped(model, phase, dialog, message.text);
      if (phase.find !== null) return findTyped(model, phase, phase.find, message.text);
      return changeInput(model, phase, insertText(phase.input, message.text));
    case "wheel":
      return wheel(model, phase, message);
    case "clicked":
      return clicked(model, phase, message);
    case "key":
      return keyPressed(model, phase, message.key);
    default:
      return updateAnswer(model, phase, message);
  }
}

function show(model: Model, phase: ConversationPhase): Update {
  return [{ ...model, phase }, []];
}

/** The first that has a use for the key takes it: what is asked, the search, the pane, the rest. */
function keyPressed(model: Model, phase: ConversationPhase, key: KeyName): Update {
  const isAsking = phase.approvals.length > 0;
  const [dialog] = phase.dialogs;
  const taken =
    (!isAsking && dialog !== undefined ? dialogKey(model, phase, dialog, key) : null) ??
    (isAsking ? approvalKey(model, phase, key) : null) ??
    (!isAsking && phase.find !== null ? findKey(model, phase, phase.find, key) : null) ??
    (isAsking ? null : paneKey(model, phase, key));
  return taken ?? conversationKey(model, phase, key);
}

function conversationKey(model: Model, phase: ConversationPhase, key: KeyName): Update {
  const page = Math.max(1, layOutConversation(model, phase).transcriptRows - 2);
  switch (key) {
    case "interrupt":
      if (phase.answer !== null) return stop(model, phase);
      return show(model, {
        ...phase,
        input: emptyEditor,
        undo: phase.input.text === "" ? phase.undo : [...phase.undo, phase.input],
        history: { ...phase.history, position: null, draft: "" },
      });
    case "escape":
      if (suggestionsFor(phase, textsOf(model.language)).length > 0) {
        return show(model, { ...phase, input: emptyEditor });
      }
      if (phase.answer !== null) return stop(model, phase);
      return show(model, { ...phase, scroll: { kind: "end" } });
    case "page-up":
      return scroll(model, phase, -page);
    case "page-down":
      return scroll(model, phase, page);
    case "top":
      return scroll(model, phase, Number.NEGATIVE_INFINITY);
    case "bottom":
      return show(model, { ...phase, scroll: { kind: "end" } });
    case "fold": {
      const areToolsOpen = !phase.areToolsOpen;
      const transcript = foldTools(phase.transcript, areToolsOpen);
      return show(model, { ...phase, areToolsOpen, transcript });
    }
    case "find":
      return openFind(model, phase);
    case "copy":
      return copyAnswer(model, phase, "");
    case "end-of-input":
      return [model, phase.input.text === "" ? [{ type: "exit" }] : []];
    default:
      return phase.approvals.length > 0 ? [model, []] : typingKey(model, phase, key);
  }
}

function stop(model: Model, phase: ConversationPhase): Update {
  if (phase.answer === null || phase.answer.stopping) return [model, []];
  const answer = { ...phase.answer, stopping: true };
  return [
    { ...model, phase: { ...phase, answer, approvals: [], dialogs: ownDialogs(phase) } },
    [{ type: "stop" }],
  ];
}
