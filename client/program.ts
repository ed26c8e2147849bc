import { createAnswerUnderWay } from "./answer-under-way.ts";
import type { Language } from "./chat/language.ts";
import type { Effect, Message } from "./chat/messages.ts";
import type { Model, Size, ThemeChoice } from "./chat/model.ts";
import { tickInterval } from "./chat/tick.ts";
import { initialModel, update } from "./chat/update.ts";
import { createServerAccess } from "./server-access.ts";
import type { Services } from "./services.ts";
import { shownQuestion } from "./shown-text.ts";
import { stripControlCharacters } from "./terminal-text.ts";
import { openUserSession, type UserSession } from "./user-session.ts";

/** One person's chat, on one screen: its model, and what is under way for it. */
export interface Program {
  model(): Model;
  /** Tells what happened at the screen; typed and pasted text is stripped of control characters. */
  send(message: Message): void;
  /**
   * Ends everything that is under way, the MCP session and the sign-in included. Takes at most
   * {@link farewellMilliseconds}, whatever the far ends do, and never fails.
   */
  dispose(): Promise<void>;
}

/** How long leaving may take: closing the MCP session and revoking the tokens. */
export const farewellMilliseconds = 2_000;

/**
 * Starts a chat. It begins with the sign-in form.
 *
 * @param options.services the world
 * @param options.size the screen's size
 * @param options.username prefilled in the form
 * @param options.password prefilled in the form
 * @param options.language of the interface, until the user has chosen one
 * @param options.saveFile gives the user a file; see `TerminalPort`
 * @param options.onChange told after every change of the model
 * @param options.onRedraw told when the user wants the screen drawn anew
 * @param options.onCopy told what is to be put on the clipboard
 * @param options.onUseMouse told whether the mouse is taken from the terminal
 * @param options.onTheme told which colours the user wants
 * @param options.onExit told when the user wants to leave; to dispose is the caller's part
 */
export function createProgram(options: {
  services: Services;
  size: Size;
  username?: string | undefined;
  password?: string | undefined;
  language?: Language | undefined;
  saveFile: (name: string, text: string) => Promise<string>;
  onChange: (model: Model) => void;
  onRedraw: () => void;
  onCopy?: (text: string) => void;
  onUseMouse?: (on: boolean) => void;
  onTheme?: (theme: ThemeChoice) => void;
  onExit: () => void;
}): Program {
  const { services, size, username, password } = options;
  const { serverUrl, standIns } = services;
  let model = initialModel({
    size,
    now: Date.now(),
    serverUrl,
    standIns,
    firstQuestion: shownQuestion(services.createSignIn().first),
    username,
    password,
    language: options.language,
  });
  let timer: NodeJS.Timeout | undefined;
  let isDisposed = false;
  let disposing: Promise<void> | undefined;
  let session: UserSession | null = null;
  const answer = createAnswerUnderWay(send);
  const access = createServerAccess({
    services,
    username,
    tell: send,
    onElicited: answer.elicited,
    onOffers() {
      if (session !== null) send({ type: "server_changed", server: session.server() });
    },
    onConnected(connection, tokens) {
      session = openUserSession({
        services,
        tokens,
        connection,
        saveFile: options.saveFile,
        language: () => model.language,
        tell: (message) => {
          if (access.connection() === connection) send(message);
        },
      });
    },
  });

  function send(message: Message): void {
    if (isDisposed) return;
    const effects = [...apply(tick()), ...apply(withoutControls(message))];
    for (const effect of effects) run(effect);
    if (isDisposed) return;
    options.onChange(model);
    schedule();
  }

  function apply(message: Message): readonly Effect[] {
    const [next, effects] = update(model, message);
    model = next;
    return effects;
  }

  function tick(): Message {
    const [now, tokens] = [Date.now(), access.tokens()];
    return tokens === null
      ? { type: "tick", now }
      : { type: "tick", now, tokenExpiresAt: tokens.expiresAtMilliseconds() };
  }

  function schedule(): void {
    clearTimeout(timer);
    const interval = tickInterval(model);
    if (interval !== null) timer = setTimeout(() => send(tick()), interval);
  }

  function run(effect: Effect): void {
    switch (effect.type) {
      case "answer":
        access.answer(effect.answers);
        break;
      case "abandon":
        access.abandon();
        break;
      case "connect":
        access.connect();
        break;
      case "ask":
      case "use_prompt":
      case "retry":
        if (session !== null) answer.ask(session, effect);
        break;
      case "answer_dialog":
        answer.answerDialog(effect.id, effect.answer);
        break;
      case "stop":
        answer.stop();
        break;
      case "decide":
        answer.decide(effect.callId, effect.choice);
        break;
      case "sign_out":
        void leave("sign out").then((isRevoked) => {
          if (access.tokens() === null) send({ type: "signed_out", isRevoked });
        });
        break;
      case "copy":
        options.onCopy?.(effect.text);
        break;
      case "use_mouse":
        options.onUseMouse?.(effect.on);
        break;
      case "use_theme":
        options.onTheme?.(effect.theme);
        break;
      case "redraw":
        options.onRedraw();
        break;
      case "exit":
        options.onExit();
        break;
      default:
        session?.run(effect);
    }
  }

  function leave(why: "leave" | "sign out"): Promise<boolean> {
    answer.abandon();
    session = null;
    return access.leave(why);
  }

  access.begin();
  return {
    model: () => model,
    send,
    dispose() {
      disposing ??= (async () => {
        isDisposed = true;
        clearTimeout(timer);
        void leave("leave");
        await within(farewellMilliseconds, access.farewells());
      })();
      return disposing;
    },
  };
}

/** Foreign text in other messages was stripped where they were made. */
function withoutControls(message: Message): Message {
  if (message.type !== "typed" && message.type !== "pasted") return message;
  return { ...message, text: stripControlCharacters(message.text).replaceAll("\t", "  ") };
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
