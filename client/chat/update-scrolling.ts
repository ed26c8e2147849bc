import type { KeyName } from "./keys.ts";
import { layOutConversation, scrolledView } from "./layout.ts";
import type { Message } from "./messages.ts";
import type { ConversationPhase, Model, Pane } from "./model.ts";
import { entryAtRow, holdTop, scrollBy } from "./scroll.ts";
import { foldTools, isFoldable } from "./transcript.ts";
import type { Update } from "./update.ts";
import { authPaneLines } from "./view-auth-pane.ts";
import { firstPaneLine } from "./view-pane.ts";

const wheelLines = 3;

/** Scrolls the transcript by some lines; negative is up. */
export function scroll(model: Model, phase: ConversationPhase, lines: number): Update {
  const next = scrollBy(scrolledView(model, phase), phase.scroll, lines);
  return [{ ...model, phase: { ...phase, scroll: next } }, []];
}

/** The wheel scrolls what the pointer is on. */
export function wheel(
  model: Model,
  phase: ConversationPhase,
  message: Extract<Message, { type: "wheel" }>,
): Update {
  const lines = message.direction === "up" ? -wheelLines : wheelLines;
  const { pane, columns } = layOutConversation(model, phase);
  const isOnPane = pane !== null && (!pane.isBeside || message.column >= columns);
  if (isOnPane && phase.pane !== null) return scrollPane(model, phase, phase.pane, lines);
  return scroll(model, phase, lines);
}

/** A click opens or folds the tool call, or the message of a prompt, that it meets. */
export function clicked(
  model: Model,
  phase: ConversationPhase,
  { row, column }: Extract<Message, { type: "clicked" }>,
): Update {
  const { pane, columns, transcriptRows } = layOutConversation(model, phase);
  const isOnTranscript = row < transcriptRows && column < columns && (pane?.isBeside ?? true);
  if (!isOnTranscript) return [model, []];
  const view = scrolledView(model, phase);
  const entry = entryAtRow(view, phase.scroll, row);
  if (entry === undefined || entry === null || !isFoldable(entry)) return [model, []];
  const transcript = foldTools(phase.transcript, !entry.isOpen, entry.id);
  const next = holdTop(view, phase.scroll, { ...view, transcript });
  return [{ ...model, phase: { ...phase, transcript, scroll: next } }, []];
}

/**
 * What a key does while the pane is open.
 *
 * @returns null for a key that has nothing to do with it
 */
export function paneKey(model: Model, phase: ConversationPhase, key: KeyName): Update | null {
  const { pane } = phase;
  const place = layOutConversation(model, phase).pane;
  if (pane === null || place === null) return null;
  if (key === "tab" && place.isBeside && phase.input.text === "") {
    return [{ ...model, phase: { ...phase, pane: { ...pane, isFocused: !pane.isFocused } } }, []];
  }
  // Over the transcript, nothing else could be scrolled; but what is typed goes to the input line.
  const isFocused = pane.isFocused || !place.isBeside;
  if (!isFocused) return null;
  switch (key) {
    case "escape":
      return [{ ...model, phase: { ...phase, pane: null } }, []];
    case "up":
      return phase.input.text === "" ? scrollPane(model, phase, pane, -1) : null;
    case "down":
      return phase.input.text === "" ? scrollPane(model, phase, pane, 1) : null;
    case "page-up":
      return scrollPane(model, phase, pane, 1 - place.rows);
    case "page-down":
      return scrollPane(model, phase, pane, place.rows - 1);
    case "top":
      return scrollPane(model, phase, pane, Number.NEGATIVE_INFINITY);
    case "bottom":
      return scrollPane(model, phase, pane, Number.POSITIVE_INFINITY);
    default:
      return null;
  }
}

function scrollPane(model: Model, phase: ConversationPhase, pane: Pane, lines: number): Update {
  const place = layOutConversation(model, phase).pane;
  if (place === null) return [model, []];
  const { length } = authPaneLines(model, place.columns);
  const last = Math.max(0, length - place.rows);
  const wanted = firstPaneLine(pane, length, place.rows) + lines;
  // At its end it stays there when something is added.
  const firstLine = wanted >= last ? null : Math.max(0, wanted);
  return [{ ...model, phase: { ...phase, pane: { ...pane, firstLine } } }, []];
}
