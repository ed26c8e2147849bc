import { languages } from "./language.ts";
import type { Effect } from "./messages.ts";
import { type ConversationPhase, type Model, themeChoices } from "./model.ts";
import { textsOf } from "./texts/texts.ts";
import { addEntry } from "./transcript.ts";
import type { Update } from "./update.ts";
import { openChoices } from "./update-offers.ts";

/** A model's or inference profile's id, or an ARN; the same as the setting of that name. */
const modelIdForm = /^[a-zA-Z0-9][\w.:/-]{0,2047}$/;

/** Commands about what is kept in the user's settings. */
export function choiceCommand(
  model: Model,
  phase: ConversationPhase,
  name: "model" | "temperature" | "system" | "lang" | "theme",
  argument: string,
): Update {
  const texts = textsOf(model.language).commands;
  const isDefault = argument === "default";
  const tell = (text: string, ...effects: Effect[]): Update => told(model, phase, text, effects);
  switch (name) {
    case "model":
      if (argument === "") {
        const current = phase.models.findIndex(({ id }) => id === phase.modelId);
        return openChoices(model, phase, "/model ", Math.max(0, current));
      }
      if (isDefault) return tell(texts.modelChosen(texts.default), chooseModel(null));
      if (!modelIdForm.test(argument)) return tell(texts.modelHow);
      return tell(texts.modelChosen(argument), chooseModel(argument));
    case "temperature": {
      const temperature = isDefault ? null : Number(argument || Number.NaN);
      if (temperature !== null && !(temperature >= 0 && temperature <= 1)) {
        return tell(texts.temperatureHow);
      }
      const shown = temperature === null ? texts.default : String(temperature);
      return tell(texts.temperatureSet(shown), { type: "choose_temperature", temperature });
    }
    case "system": {
      if (argument === "") return tell(texts.systemHow);
      const systemPrompt = isDefault ? null : argument;
      return tell(texts.systemSet, { type: "choose_system_prompt", systemPrompt });
    }
    case "lang": {
      const other = model.language === "en" ? "ko" : "en";
      const language = argument === "" ? other : languages.find((each) => each === argument);
      if (language === undefined) return tell(texts.languageHow);
      const { languageSet } = textsOf(language).commands;
      return told({ ...model, language }, phase, languageSet, [
        { type: "choose_language", language },
      ]);
    }
    case "theme": {
      const theme = themeChoices.find((each) => each === argument);
      if (theme === undefined) return tell(texts.themeHow(texts.themes[model.theme]));
      return told({ ...model, theme }, phase, texts.themeSet(texts.themes[theme]), [
        { type: "use_theme", theme },
        { type: "choose_theme", theme },
      ]);
    }
  }
}

function chooseModel(modelId: string | null): Effect {
  return { type: "choose_model", modelId };
}

function told(
  model: Model,
  phase: ConversationPhase,
  text: string,
  effects: readonly Effect[],
): Update {
  const transcript = addEntry(phase.transcript, { kind: "notice", text });
  return [{ ...model, phase: { ...phase, transcript, scroll: { kind: "end" } } }, effects];
}
