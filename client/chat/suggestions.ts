import { commandNames, commandOfPrompt } from "./commands.ts";
import type { ConversationPhase, ModelChoice } from "./model.ts";
import { itemsOf } from "./offer-lists.ts";
import type { Texts } from "./texts/texts.ts";

/** A line that what is being typed may become. */
export interface Suggestion {
  /** What is listed: a command, or the argument of one. */
  readonly label: string;
  readonly does: string;
  /** What is typed then. */
  readonly line: string;
}

/**
 * The commands that begin with what is being typed, or the arguments that hold it; none once there is
 * more than that.
 *
 * @param phase its input counts
 * @param texts the interface's words
 */
export function suggestionsFor(phase: ConversationPhase, texts: Texts): readonly Suggestion[] {
  const { text, cursor } = phase.input;
  if (cursor !== text.length || phase.history.position !== null) return [];
  const [, word, typed] = /^\/([^\s/]*)(?: ([^\n]*))?$/.exec(text) ?? [];
  if (word === undefined) return [];
  if (typed === undefined)
    return commands(phase, texts).filter(({ line }) => line.startsWith(text));
  const wanted = typed.toLowerCase();
  return argumentsOf(word, phase, texts).filter(({ label }) =>
    label.toLowerCase().includes(wanted),
  );
}

function commands(phase: ConversationPhase, texts: Texts): Suggestion[] {
  const own = commandNames.map((name) => ({ command: name, does: texts.commands.does[name] }));
  const prompts = itemsOf(phase.server.prompts).map((prompt) => ({
    command: commandOfPrompt(prompt),
    does: prompt.description,
  }));
  return [...own, ...prompts].map(({ command, does }) => {
    return { label: `/${command}`, does, line: `/${command}` };
  });
}

function argumentsOf(word: string, phase: ConversationPhase, texts: Texts): readonly Suggestion[] {
  const { server } = phase;
  const suggest = (label: string, does: string): Suggestion => {
    return { label, does, line: `/${word} ${label}` };
  };
  switch (word) {
    case "model":
      return phase.models.map((model) => suggest(model.id, aboutModel(model, phase, texts.offers)));
    case "attach":
      return itemsOf(server.resources).map(({ uri, description }) => suggest(uri, description));
    case "prompts":
      return itemsOf(server.prompts).map(({ name, description }) => suggest(name, description));
    case "tools":
      return server.tools
        .filter(({ approval }) => approval !== null && approval !== "asks")
        .map(({ name, approval }) =>
          suggest(`ask ${name}`, texts.offers.approvals[approval ?? "asks"]),
        );
    default:
      return [];
  }
}

function aboutModel(
  { id, isDefault, hasAnswered, price }: ModelChoice,
  { modelId }: ConversationPhase,
  texts: Texts["offers"],
): string {
  const parts = [
    id === modelId ? texts.answersNow : "",
    isDefault ? texts.isDefault : "",
    hasAnswered && id !== modelId ? texts.hasAnswered : "",
    price === null ? "" : texts.price(price.inputPerMillion, price.outputPerMillion),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
