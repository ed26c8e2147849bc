import { type Editor, editorWith, editWithKey, insertText } from "./editor.ts";
import { browse } from "./history.ts";
import type { KeyName } from "./keys.ts";
import { inputRowsOf, layOutConversation, rowOfCursor } from "./layout.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { suggestionsFor } from "./suggestions.ts";
import { textsOf } from "./texts/texts.ts";
import { rememberChange } from "./undo.ts";
import type { Update } from "./update.ts";
import { detachLast } from "./update-attachments.ts";
import { submitInput } from "./update-commands.ts";
import { wrapTyped } from "./wrap.ts";

function show(model: Model, phase: ConversationPhase): Update {
  return [{ ...model, phase }, []];
}

/** Something was typed, pasted or deleted in the input line. */
export function changeInput(model: Model, phase: ConversationPhase, input: Editor): Update {
  if (input === phase.input) return [model, []];
  const isSame = input.text === phase.input.text;
  return show(model, {
    ...phase,
    input,
    undo: rememberChange(phase.undo, phase.input, input),
    suggestion: isSame ? phase.suggestion : 0,
    // A question out of the history that is changed is a new one.
    history: isSame ? phase.history : { ...phase.history, position: null, draft: "" },
  });
}

/** What a key does in the input line. */
export function typingKey(model: Model, phase: ConversationPhase, key: KeyName): Update {
  const suggestions = suggestionsFor(phase, textsOf(model.language));
  const chosen = suggestions[Math.min(phase.suggestion, suggestions.length - 1)];
  switch (key) {
    case "enter":
      if (chosen === undefined) return submitInput(model, phase);
      return submitInput(model, { ...phase, input: editorWith(chosen.line) });
    case "tab":
      if (chosen === undefined) return [model, []];
      return changeInput(model, phase, editorWith(`${chosen.line} `));
    case "newline":
      return changeInput(model, phase, insertText(phase.input, "\n"));
    case "undo": {
      const input = phase.undo.at(-1);
      if (input === undefined) return [model, []];
      return show(model, { ...phase, input, undo: phase.undo.slice(0, -1), suggestion: 0 });
    }
    case "up":
    case "down": {
      const direction = key === "up" ? -1 : 1;
      const next = phase.suggestion + direction;
      if (suggestions.length > 1 && next >= 0 && next < suggestions.length) {
        return show(model, { ...phase, suggestion: next });
      }
      return suggestions.length > 1 ? [model, []] : upOrDown(model, phase, direction);
    }
    default: {
      if (key === "backspace" && phase.input.text === "") return detachLast(model, phase);
      const input = editWithKey(phase.input, key);
      return input === null ? [model, []] : changeInput(model, phase, input);
    }
  }
}

/** A row up or down in what is being typed; from its first and last row into the history. */
function upOrDown(model: Model, phase: ConversationPhase, direction: -1 | 1): Update {
  const { isBoxed, columns } = layOutConversation(model, phase);
  const rows = inputRowsOf(phase, columns, isBoxed);
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
