import type { Prompt, PromptArgument } from "../agent/offers.ts";
import { findPrompt } from "./commands.ts";
import { type DialogPurpose, dialogOf } from "./dialog.ts";
import { editorWith } from "./editor.ts";
import type { Message } from "./messages.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { itemsOf, promptList, resourceList, toolList } from "./offer-lists.ts";
import { notice, say } from "./say.ts";
import { type Texts, textsOf } from "./texts/texts.ts";
import { addEntry } from "./transcript.ts";
import type { Update } from "./update.ts";
import { attach } from "./update-attachments.ts";
import { completion } from "./update-dialog.ts";

/** Commands about what the server offers. */
export function offerCommand(
  model: Model,
  phase: ConversationPhase,
  name: "tools" | "prompts" | "resources" | "attach" | "detach",
  argument: string,
): Update {
  const texts = textsOf(model.language);
  switch (name) {
    case "tools":
      return toolsCommand(model, phase, texts, argument);
    case "prompts": {
      if (argument === "") return say(model, phase, promptList(phase, texts.offers));
      const named = findPrompt(argument, itemsOf(phase.server.prompts));
      if (named === null) return notice(model, phase, texts.offers.unknownPrompt(argument));
      return usePrompt(model, phase, named.prompt, named.argument);
    }
    case "resources":
      return say(model, phase, resourceList(phase, texts.offers));
    case "attach": {
      const resources = itemsOf(phase.server.resources);
      if (argument !== "") {
        const variables = resources.find(({ uri }) => uri === argument)?.variables ?? [];
        if (variables.length === 0) return attach(model, phase, argument, {});
        const purpose = { kind: "resource", uri: argument } as const;
        return ask(model, phase, purpose, texts.offers.resourceForm, variables);
      }
      if (resources.length === 0) return say(model, phase, resourceList(phase, texts.offers));
      return openChoices(model, phase, "/attach ");
    }
    case "detach": {
      if (phase.attachments.length === 0) {
        return notice(model, phase, texts.offers.nothingAttached);
      }
      const [told] = notice(model, { ...phase, attachments: [] }, texts.offers.detached);
      return [told, phase.attachments.map(({ id }) => ({ type: "detach", id }))];
    }
  }
}

function toolsCommand(
  model: Model,
  phase: ConversationPhase,
  texts: Texts,
  argument: string,
): Update {
  if (argument === "") return say(model, phase, toolList(phase, texts));
  const [, name = ""] = /^ask(?:\s+(.+))?$/.exec(argument) ?? [];
  if (argument === "ask" && suggestsDecided(phase)) return openChoices(model, phase, "/tools ask ");
  if (name === "") return notice(model, phase, texts.offers.toolsHow);
  const approval = phase.server.tools.find((tool) => tool.name === name)?.approval ?? "asks";
  if (approval === "asks") return notice(model, phase, texts.offers.askedAnyway(name));
  return [{ ...model, phase }, [{ type: "ask_again", tool: name }]];
}

function suggestsDecided({ server }: ConversationPhase): boolean {
  return server.tools.some(({ approval }) => approval !== null && approval !== "asks");
}

/** Puts the beginning of a command into the input line, so that its arguments are listed to choose from. */
export function openChoices(
  model: Model,
  phase: ConversationPhase,
  line: string,
  suggestion = 0,
): Update {
  const opened = { ...phase, input: editorWith(line), suggestion };
  return [{ ...model, phase: opened }, []];
}

/**
 * Uses a prompt, which is asked for what it needs: what was typed behind it is its only argument, or
 * begins the form.
 */
export function usePrompt(
  model: Model,
  phase: ConversationPhase,
  prompt: Prompt,
  argument: string,
): Update {
  const texts = textsOf(model.language);
  if (phase.answer !== null) return notice(model, phase, texts.commands.stopFirst);
  const [first, ...others] = prompt.arguments;
  if (first === undefined) {
    if (argument !== "") return notice(model, phase, texts.offers.takesNothing(prompt.name));
    return usePromptWith(model, phase, prompt.name, {});
  }
  if (argument !== "" && others.length === 0) {
    return usePromptWith(model, phase, prompt.name, { [first.name]: argument });
  }
  const purpose = { kind: "prompt", name: prompt.name } as const;
  return ask(model, phase, purpose, prompt.description, prompt.arguments, argument);
}

/** Has a prompt filled in, and the model asked. */
export function usePromptWith(
  model: Model,
  phase: ConversationPhase,
  name: string,
  values: Readonly<Record<string, string>>,
): Update {
  const reading = phase.attachments.find(({ parts }) => parts === null);
  if (reading !== undefined) {
    return notice(model, phase, textsOf(model.language).offers.stillReading(reading.uri));
  }
  const answer = { startedAt: model.now, stopping: false, retry: null };
  const asked: ConversationPhase = { ...phase, answer, scroll: { kind: "end" } };
  return [{ ...model, phase: asked }, [{ type: "use_prompt", name, arguments: values }]];
}

/** Shows a form for what a prompt or a template needs. */
function ask(
  model: Model,
  phase: ConversationPhase,
  purpose: DialogPurpose,
  message: string,
  asked: readonly PromptArgument[],
  begun = "",
): Update {
  const fields = asked.map(({ name, description, required }, index) => ({
    name,
    label: name,
    about: description,
    kind: "text" as const,
    choices: [],
    required,
    ...(index === 0 && begun !== "" ? { initial: begun } : {}),
  }));
  const dialog = dialogOf(purpose, { message, fields });
  const opened = { ...phase, dialogs: [...phase.dialogs, dialog], find: null };
  return [{ ...model, phase: opened }, completion(phase, dialog)];
}

/** What came of what was asked of the server. */
export function updateOffers(
  model: Model,
  phase: ConversationPhase,
  message: Extract<Message, { type: "prompt_given" | "asks_again" }>,
): Update {
  switch (message.type) {
    case "prompt_given": {
      const entries = message.entries.map((entry) =>
        entry.kind === "given" ? { ...entry, isOpen: phase.areToolsOpen } : entry,
      );
      const transcript = entries.reduce(addEntry, phase.transcript);
      // What was attached went with it.
      return [{ ...model, phase: { ...phase, transcript, attachments: [] } }, []];
    }
    case "asks_again":
      return notice(model, phase, textsOf(model.language).offers.asksAgain(message.tool));
  }
}
