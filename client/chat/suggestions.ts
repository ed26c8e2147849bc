import { commandNames } from "./commands.ts";
import type { ConversationPhase } from "./model.ts";
import type { Texts } from "./texts/texts.ts";

/** A command that what is being typed may become. */
export interface Suggestion {
  readonly name: string;
  readonly does: string;
}

/**
 * The commands that begin with what is being typed; none once there is more than a command's name.
 *
 * @param phase its input counts
 * @param texts the interface's words
 */
export function suggestionsFor(phase: ConversationPhase, texts: Texts): readonly Suggestion[] {
  const { text, cursor } = phase.input;
  const typed = /^\/([\w-]*)$/.exec(text)?.[1];
  if (typed === undefined || cursor !== text.length || phase.history.position !== null) return [];
  return commandNames
    .filter((name) => name.startsWith(typed))
    .map((name) => ({ name, does: texts.commands.does[name] }));
}
