import type { Question } from "../sign-in/question.ts";
import { emptyAuthRecord, recordExchange, withoutUser } from "./auth-record.ts";
import { formOf, withoutSecrets } from "./form.ts";
import type { Language } from "./language.ts";
import type { Effect, Message } from "./messages.ts";
import type { Model, Size, ThemeChoice } from "./model.ts";
import { textsOf } from "./texts/texts.ts";
import { updateConnecting } from "./update-connecting.ts";
import { updateConversation } from "./update-conversation.ts";
import { updateSignIn } from "./update-sign-in.ts";

/** A model, and what is to be done. */
export type Update = readonly [model: Model, effects: readonly Effect[]];

/** How long after a Ctrl-C another one quits. */
export const quitWithinMilliseconds = 3_000;

/**
 * The model that a screen begins with: the sign-in form.
 *
 * @param options.firstQuestion what signing in begins with
 * @param options.username prefilled when given
 * @param options.password prefilled when given
 */
export function initialModel(options: {
  size: Size;
  now: number;
  serverUrl: string;
  standIns: readonly string[];
  language?: Language | undefined;
  firstQuestion: Question;
  username?: string | undefined;
  password?: string | undefined;
}): Model {
  const {
    size,
    now,
    serverUrl,
    standIns,
    language = "en",
    firstQuestion,
    username,
    password,
  } = options;
  const isPasswordKnownHere = standIns.includes("Cognito") && password === undefined;
  // Whoever opens the page of a local stack cannot know what `make start` printed elsewhere.
  const intro = isPasswordKnownHere ? textsOf(language).signIn.standIn : undefined;
  return {
    size,
    now,
    serverUrl,
    standIns,
    language,
    theme: "auto",
    auth: emptyAuthRecord,
    firstQuestion,
    phase: { name: "sign_in", form: formOf(firstQuestion, { username, password, intro }) },
    quitsUntil: null,
  };
}

/**
 * Decides what a message changes and what is to be done about it.
 *
 * @param model everything that the screen shows
 * @param message what happened; one that belongs to another phase, because it comes late, changes
 *   nothing
 */
export function update(model: Model, message: Message): Update {
  const [next, effects] = decide(model, message);
  const isSignedOut = effects.some(({ type }) => type === "sign_out");
  return [isSignedOut ? { ...next, auth: withoutUser(next.auth) } : next, effects];
}

function decide(model: Model, message: Message): Update {
  switch (message.type) {
    case "tick":
      return [atTime(model, message.now, message.tokenExpiresAt), []];
    case "resized":
      return [{ ...model, size: message.size }, []];
    case "exchanged":
      return [{ ...model, auth: recordExchange(model.auth, message.event) }, []];
    case "verified":
      return [{ ...model, auth: { ...model.auth, checks: message.checks } }, []];
    case "settings_read":
      return settingsRead(model, message.language ?? model.language, message.theme ?? "auto");
    case "key":
      if (message.key === "redraw") return [model, [{ type: "redraw" }]];
      if (message.key === "interrupt") return interrupt(model);
      return updatePhase({ ...model, quitsUntil: null }, message);
    case "typed":
    case "pasted":
      return updatePhase({ ...model, quitsUntil: null }, message);
    default:
      return updatePhase(model, message);
  }
}

function settingsRead(model: Model, language: Language, theme: ThemeChoice): Update {
  return [{ ...model, language, theme }, [{ type: "use_theme", theme }]];
}

function updatePhase(model: Model, message: Message): Update {
  const { phase } = model;
  switch (phase.name) {
    case "sign_in":
      return updateSignIn(model, phase, message);
    case "connecting":
      return updateConnecting(model, phase, message);
    case "conversation":
      return updateConversation(model, phase, message);
  }
}

function atTime(model: Model, now: number, tokenExpiresAt: number | undefined): Model {
  const quitsUntil = model.quitsUntil !== null && now < model.quitsUntil ? model.quitsUntil : null;
  const { phase } = model;
  if (tokenExpiresAt === undefined || phase.name === "sign_in")
    return { ...model, now, quitsUntil };
  return {
    ...model,
    now,
    quitsUntil,
    phase: { ...phase, user: { ...phase.user, tokenExpiresAt } },
  };
}

/** Ctrl-C: the first one ends what is under way, another one soon after it quits. */
function interrupt(model: Model): Update {
  if (model.quitsUntil !== null && model.now < model.quitsUntil) {
    return [model, [{ type: "exit" }]];
  }
  const armed = { ...model, quitsUntil: model.now + quitWithinMilliseconds };
  const { phase } = model;
  if (phase.name === "conversation") {
    return updateConversation(armed, phase, { type: "key", key: "interrupt" });
  }
  if (phase.name === "sign_in" && !phase.form.busy) {
    return [{ ...armed, phase: { ...phase, form: withoutSecrets(phase.form) } }, []];
  }
  return [armed, []];
}
