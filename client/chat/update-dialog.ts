import type { Completed } from "../agent/mcp-content.ts";
import type { Dialog, DialogAnswer } from "./dialog.ts";
import { enterInDialog, keyInDialog, textsOfDialog, typeIntoDialog, withValues } from "./dialog.ts";
import type { KeyName } from "./keys.ts";
import type { Effect, Message } from "./messages.ts";
import type { ConversationPhase, Model } from "./model.ts";
import type { Update } from "./update.ts";
import { attach } from "./update-attachments.ts";
import { usePromptWith } from "./update-offers.ts";

/** Typed and pasted text goes into the field that has the focus. */
export function dialogTyped(
  model: Model,
  phase: ConversationPhase,
  dialog: Dialog,
  text: string,
): Update {
  return put(model, phase, dialog, typeIntoDialog(dialog, text));
}

/** What a key does while something is asked; Ctrl-C stops the answer for which the server asks. */
export function dialogKey(
  model: Model,
  phase: ConversationPhase,
  dialog: Dialog,
  key: KeyName,
): Update | null {
  const isOwn = dialog.purpose.kind !== "elicitation";
  switch (key) {
    case "interrupt":
      return isOwn ? answer(model, phase, dialog, { action: "cancel" }) : null;
    case "escape":
      return answer(model, phase, dialog, { action: "cancel" });
    case "end-of-input":
      return answer(model, phase, dialog, { action: "decline" });
    case "enter": {
      const next = enterInDialog(dialog);
      return "action" in next
        ? answer(model, phase, dialog, next)
        : put(model, phase, dialog, next);
    }
    default:
      return put(model, phase, dialog, keyInDialog(dialog, key));
  }
}

/** What the server has to say about what is typed into a form. */
export function dialogCompleted(
  model: Model,
  phase: ConversationPhase,
  message: Extract<Message, { type: "completed" }>,
): Update {
  const [dialog, ...others] = phase.dialogs;
  if (dialog === undefined) return [model, []];
  return [{ ...model, phase: { ...phase, dialogs: [withValues(dialog, message), ...others] } }, []];
}

/** Asks the server what the field that has the focus may become, where it tells such things. */
export function completion(phase: ConversationPhase, dialog: Dialog): readonly Effect[] {
  const { purpose, fields, focus } = dialog;
  const field = fields[focus];
  if (!phase.server.completes || purpose.kind === "elicitation" || field === undefined) return [];
  const of: Completed = purpose;
  const { [field.name]: value = "", ...others } = textsOfDialog(dialog);
  return [{ type: "complete", of, field: field.name, value, others }];
}

function put(model: Model, phase: ConversationPhase, before: Dialog, dialog: Dialog): Update {
  const dialogs = [dialog, ...phase.dialogs.slice(1)];
  const isSame =
    before.focus === dialog.focus &&
    before.fields[before.focus]?.editor.text === dialog.fields[dialog.focus]?.editor.text;
  return [{ ...model, phase: { ...phase, dialogs } }, isSame ? [] : completion(phase, dialog)];
}

function answer(
  model: Model,
  phase: ConversationPhase,
  { purpose }: Dialog,
  given: DialogAnswer,
): Update {
  const left = { ...phase, dialogs: phase.dialogs.slice(1) };
  if (purpose.kind === "elicitation") {
    return [{ ...model, phase: left }, [{ type: "answer_dialog", id: purpose.id, answer: given }]];
  }
  if (given.action !== "accept") return [{ ...model, phase: left }, []];
  const values = Object.fromEntries(
    Object.entries(given.content).map(([name, value]) => [name, String(value)]),
  );
  return purpose.kind === "prompt"
    ? usePromptWith(model, left, purpose.name, values)
    : attach(model, left, purpose.uri, values);
}
