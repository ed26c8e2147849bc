import { editWithKey, emptyEditor, insertText } from "./editor.ts";
import { type Find, findLines } from "./find.ts";
import type { KeyName } from "./keys.ts";
import { scrolledView } from "./layout.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { scrollToLine } from "./scroll.ts";
import type { Update } from "./update.ts";

/** Begins a search, with a text where one is known already. */
export function openFind(model: Model, phase: ConversationPhase, text = ""): Update {
  const find = { query: emptyEditor, index: 0 };
  const opened = { ...phase, find, pane: null };
  if (text === "") return [{ ...model, phase: opened }, []];
  return findTyped(model, opened, find, text);
}

/** A change of what is searched leads to the latest place where it stands. */
export function findTyped(
  model: Model,
  phase: ConversationPhase,
  find: Find,
  text: string,
): Update {
  const query = insertText(find.query, text.replaceAll("\n", " "), 200);
  return lead(model, phase, { ...find, query }, Number.POSITIVE_INFINITY);
}

/**
 * What a key does while something is searched.
 *
 * @returns null for a key that has nothing to do with it
 */
export function findKey(
  model: Model,
  phase: ConversationPhase,
  find: Find,
  key: KeyName,
): Update | null {
  switch (key) {
    case "escape":
      return [{ ...model, phase: { ...phase, find: null } }, []];
    case "interrupt":
      return phase.answer === null ? [{ ...model, phase: { ...phase, find: null } }, []] : null;
    case "enter":
    case "up":
    case "find":
      return lead(model, phase, find, find.index - 1);
    case "down":
      return lead(model, phase, find, find.index + 1);
    default: {
      const query = editWithKey(find.query, key);
      if (query === null) return null;
      const index = query.text === find.query.text ? find.index : Number.POSITIVE_INFINITY;
      return lead(model, phase, { ...find, query }, index);
    }
  }
}

/** Shows one of the places; beyond the oldest comes the latest again. */
function lead(model: Model, phase: ConversationPhase, find: Find, wanted: number): Update {
  const view = scrolledView(model, { ...phase, find });
  const found = findLines(view, find.query.text);
  const last = found.length - 1;
  const index =
    wanted < 0 ? last : wanted > last && Number.isFinite(wanted) ? 0 : Math.min(wanted, last);
  const place = found[index];
  const scroll = place === undefined ? phase.scroll : scrollToLine(view, place.entryId, place.line);
  const next = { ...find, index: Math.max(0, index) };
  return [{ ...model, phase: { ...phase, find: next, scroll } }, []];
}
