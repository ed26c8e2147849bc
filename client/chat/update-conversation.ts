import { editorWith, editWithKey, emptyEditor, insertText } from "./editor.ts";
import { browse } from "./history.ts";
import type { KeyName } from "./keys.ts";
import { inputRowsOf, layOutConversation, rowOfCursor, scrolledView } from "./layout.ts";
import type { Message } from "./messages.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { scrollBy } from "./scroll.ts";
import { foldTools } from "./transcript.ts";
import type { Update } from "./update.ts";
import { updateAnswer } from "./update-answer.ts";
import { approvalKey, approvalTyped } from "./update-approval.ts";
import { submitInput } from "./update-commands.ts";
import { wrapTyped } from "./wrap.ts";

const wheelLines = 3;

/** {@link update} while the user talks with the model. */
export function updateConversation(
  model: Model,
  phase: ConversationPhase,
  message: Message,
): Update {
  const isAsking = phase.approvals.length > 0;
  switch (message.type) {
    case "typed":
      if (isAsking) return approvalTyped(model, phase, message.text);
      return show(model, { ...phase, input: insertText(phase.input, message.text) });
    case "pasted":
      if (isAsking) return [model, []];
      return show(model, { ...phase, input: insertText(phase.input, message.text) });
    case "wheel":
      return scroll(model, phase, message.direction === "up" ? -wheelLines : wheelLines);
    case "key":
      return keyPressed(model, phase, message.key);
    default:
      return updateAnswer(model, phase, message);
  }
}

function show(model: Model, phase: ConversationPhase): Update {
  return [{ ...model, phase }, []];
}

function scroll(model: Model, phase: ConversationPhase, lines: number): Update {
  return show(model, {
    ...phase,
    scroll: scrollBy(scrolledView(model, phase), phase.scroll, lines),
  });
}

function keyPressed(model: Model, phase: ConversationPhase, key: KeyName): Update {
  const isAsking = phase.approvals.length > 0;
  if (isAsking) {
    const decided = approvalKey(model, phase, key);
    if (decided !== null) return decided;
  }
  const page = Math.max(1, layOutConversation(model, phase).transcriptRows - 2);
  switch (key) {
    case "interrupt":
      if (phase.answer !== null) return stop(model, phase);
      return show(model, { ...phase, input: emptyEditor, history: withoutPosition(phase) });
    case "escape":
      if (phase.answer !== null) return stop(model, phase);
      return show(model, { ...phase, scroll: { kind: "end" } });
    case "page-up":
      return scroll(model, phase, -page);
    case "page-down":
      return scroll(model, phase, page);
    case "top":
      return scroll(model, phase, Number.NEGATIVE_INFINITY);
    case "fold": {
      const areToolsOpen = !phase.areToolsOpen;
      return show(model, {
        ...phase,
        areToolsOpen,
        transcript: foldTools(phase.transcript, areToolsOpen),
      });
    }
    case "bottom":
      return show(model, { ...phase, scroll: { kind: "end" } });
    case "end-of-input":
      return [model, phase.input.text === "" ? [{ type: "exit" }] : []];
    default:
      return isAsking ? [model, []] : typingKey(model, phase, key);
  }
}

function withoutPosition(phase: ConversationPhase): ConversationPhase["history"] {
  return { ...phase.history, position: null, draft: "" };
}

function stop(model: Model, phase: ConversationPhase): Update {
  if (phase.answer === null || phase.answer.stopping) return [model, []];
  const answer = { ...phase.answer, stopping: true };
  return [{ ...model, phase: { ...phase, answer, approvals: [] } }, [{ type: "stop" }]];
}

function typingKey(model: Model, phase: ConversationPhase, key: KeyName): Update {
  switch (key) {
    case "enter":
      return submitInput(model, phase);
    case "newline":
      return show(model, { ...phase, input: insertText(phase.input, "\n") });
    case "up":
      return upOrDown(model, phase, -1);
    case "down":
      return upOrDown(model, phase, 1);
    default: {
      const input = editWithKey(phase.input, key);
      return input === null ? [model, []] : show(model, { ...phase, input });
    }
  }
}

/** A row up or down in what is being typed; from its first and last row into the history. */
function upOrDown(model: Model, phase: ConversationPhase, direction: -1 | 1): Update {
  const { isBoxed } = layOutConversation(model, phase);
  const rows = inputRowsOf(phase, model.size, isBoxed);
  const current = rowOfCursor(rows, phase.input.cursor);
  const target = rows[current + direction];
  const from = rows[current];
  if (target === undefined || from === undefined) {
    const found = browse(phase.history, phase.input, direction);
    return found === null ? [model, []] : show(model, { ...phase, ...found });
  }
  const { text, cursor } = phase.input;
  // The column is kept as the count of characters, which is what people see as the same place.
  const ahead = text.slice(from.start, cursor).length;
  const wanted = Math.min(target.start + ahead, target.end);
  const [boundary] = wrapTyped(text.slice(target.start, wanted), Number.MAX_SAFE_INTEGER);
  return show(model, {
    ...phase,
    input: { ...editorWith(text), cursor: target.start + (boundary?.end ?? 0) },
  });
}
