import type { KeyName } from "../chat/keys.ts";
import type { Effect, Message } from "../chat/messages.ts";
import type { ConversationPhase, Model, ServerSummary, SignInPhase } from "../chat/model.ts";
import { initialModel, update } from "../chat/update.ts";
import { credentialsQuestion } from "../sign-in/cognito-questions.ts";

// Short words for what happens at a screen, and models that such messages lead to.

export const user = { username: "demo", groups: ["user"], tokenExpiresAt: 3_600_000 };

export const server: ServerSummary = {
  name: "cleanauth",
  version: "0.1.0",
  tools: [{ name: "add_note", description: "Keeps a note.", approval: "asks" }],
  prompts: { state: "listed", items: [], isCut: false },
  resources: { state: "listed", items: [], isCut: false },
  completes: false,
};

export const key = (name: KeyName): Message => ({ type: "key", key: name });
export const typed = (text: string): Message => ({ type: "typed", text });

/** A screen of 80×24 with the sign-in form. */
export function start(prefilled: { username?: string; password?: string } = {}): Model {
  return initialModel({
    size: { columns: 80, rows: 24 },
    now: 0,
    serverUrl: "http://localhost:8080/mcp",
    standIns: [],
    firstQuestion: credentialsQuestion(),
    ...prefilled,
  });
}

/** Sends messages one after the other, and keeps all effects. */
export function play(
  model: Model,
  ...messages: readonly Message[]
): { model: Model; effects: Effect[] } {
  const effects: Effect[] = [];
  let current = model;
  for (const message of messages) {
    const [next, more] = update(current, message);
    current = next;
    effects.push(...more);
  }
  return { model: current, effects };
}

/** The form that a model shows; fails in any other phase. */
export function signInOf(model: Model): SignInPhase["form"] {
  if (model.phase.name !== "sign_in") throw new Error(`the phase is ${model.phase.name}`);
  return model.phase.form;
}

/** The conversation that a model shows; fails in any other phase. */
export function conversationOf(model: Model): ConversationPhase {
  if (model.phase.name !== "conversation") throw new Error(`the phase is ${model.phase.name}`);
  return model.phase;
}

/** Signed in and connected, with nothing said yet. */
export function conversing(): Model {
  return play(start(), { type: "signed_in", user }, { type: "connected", server }).model;
}

/** A question is asked, and no answer has come yet. */
export function asked(question = "hello"): Model {
  return play(conversing(), typed(question), key("enter")).model;
}
