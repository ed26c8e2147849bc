import type { Dialog, DialogAnswer } from "./dialog.ts";
import { enterInDialog, keyInDialog, typeIntoDialog } from "./dialog.ts";
import type { KeyName } from "./keys.ts";
import type { ConversationPhase, Model } from "./model.ts";
import type { Update } from "./update.ts";

/** Typed and pasted text goes into the field that has the focus. */
export function dialogTyped(
  model: Model,
  phase: ConversationPhase,
  dialog: Dialog,
  text: string,
): Update {
  return put(model, phase, typeIntoDialog(dialog, text));
}

/** What a key does while the server asks something; Ctrl-C still stops the answer. */
export function dialogKey(
  model: Model,
  phase: ConversationPhase,
  dialog: Dialog,
  key: KeyName,
): Update | null {
  switch (key) {
    case "interrupt":
      return null;
    case "escape":
      return answer(model, phase, dialog, { action: "cancel" });
    case "end-of-input":
      return answer(model, phase, dialog, { action: "decline" });
    case "enter": {
      const next = enterInDialog(dialog);
      return "action" in next ? answer(model, phase, dialog, next) : put(model, phase, next);
    }
    default:
      return put(model, phase, keyInDialog(dialog, key));
  }
}

function put(model: Model, phase: ConversationPhase, dialog: Dialog): Update {
  return [{ ...model, phase: { ...phase, dialogs: [dialog, ...phase.dialogs.slice(1)] } }, []];
}

function answer(
  model: Model,
  phase: ConversationPhase,
  dialog: Dialog,
  dialogAnswer: DialogAnswer,
): Update {
  const left = { ...phase, dialogs: phase.dialogs.slice(1) };
  return [
    { ...model, phase: left },
    [{ type: "answer_dialog", id: dialog.id, answer: dialogAnswer }],
  ];
}
