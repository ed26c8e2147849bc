import type { ShownText } from "./language.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { addEntry, type EntryContent } from "./transcript.ts";
import type { Update } from "./update.ts";

/** Adds an entry to the transcript, and shows its end. */
export function say(model: Model, phase: ConversationPhase, entry: EntryContent): Update {
  const transcript = addEntry(phase.transcript, entry);
  return [{ ...model, phase: { ...phase, transcript, scroll: { kind: "end" } } }, []];
}

/** The same for something that the program itself says. */
export function notice(model: Model, phase: ConversationPhase, text: ShownText): Update {
  return say(model, phase, { kind: "notice", text });
}
