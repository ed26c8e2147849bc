import type { McpConnection, ServerEvent, TokenUsage, Tool, ToolCall } from "./agent/agent.ts";
import type { ElicitationAnswer } from "./agent/elicitation.ts";
import type { Language } from "./chat/language.ts";
import type { Effect, Message } from "./chat/messages.ts";
import type { ApprovalChoice, Model, Size } from "./chat/model.ts";
import { tickInterval } from "./chat/tick.ts";
import { initialModel, update } from "./chat/update.ts";
import type { ExchangeEvent } from "./exchange.ts";
import type { Services } from "./services.ts";
import {
  argumentsOf,
  checksOf,
  exchangeOf,
  messageOfEvent,
  messageOfQuestion,
  messageOfServerEvent,
  problemOf,
  serverOf,
  shownQuestion,
  userOf,
} from "./shown-text.ts";
import type { SignIn, SignInStep, TokenSource } from "./sign-in/sign-in.ts";
import { createTerminalTextFilter, stripControlCharacters } from "./terminal-text.ts";
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

/** What is over sooner than this is not worth being shown. */
const noticeMilliseconds = 100;

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

  /** Grows when what is under way is abandoned: what an older attempt comes to is thrown away. */
  let attempt = 0;
  let signIn: SignIn | null = null;
  let tokens: TokenSource | null = null;
  let connection: McpConnection | null = null;
  let session: UserSession | null = null;
  let answer: AbortController | null = null;
  const decisions = new Map<string, (choice: ApprovalChoice) => void>();
  const dialogs = new Map<number, (answer: ElicitationAnswer) => void>();
  let lastDialog = 0;
  const farewells = new Set<Promise<unknown>>();

  function onExchange(event: ExchangeEvent): void {
    send({ type: "exchanged", event: exchangeOf(event) });
  }

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
    const now = Date.now();
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
        signIn ??= services.createSignIn(onExchange);
        void takeStep(signIn.answer(effect.answers));
        break;
      case "abandon":
        attempt += 1;
        signIn?.cancel();
        signIn = null;
        break;
      case "connect":
        void connect();
        break;
      case "ask":
        void ask(effect.question, effect.again ?? false);
        break;
      case "answer_dialog":
        dialogs.get(effect.id)?.(effect.answer);
        dialogs.delete(effect.id);
        break;
      case "stop":
        cancelDialogs();
        answer?.abort();
        break;
      case "decide":
        decisions.get(effect.callId)?.(effect.choice);
        break;
      case "sign_out":
        attempt += 1;
        void leaveServer("sign out").then((isRevoked) => {
          if (tokens === null) send({ type: "signed_out", isRevoked });
        });
        break;
      case "copy":
        options.onCopy?.(effect.text);
        break;
      case "use_mouse":
        options.onUseMouse?.(effect.on);
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

  async function takeStep(step: Promise<SignInStep>): Promise<void> {
    const mine = attempt;
    const isAbandoned = () => mine !== attempt || isDisposed;
    try {
      const result = await step;
      if (result.kind === "question") {
        if (isAbandoned()) return;
        send(messageOfQuestion(result));
        // What is answered in the browser is awaited at once.
        if (result.question.name === "BROWSER") run({ type: "answer", answers: {} });
        return;
      }
      // Tokens that came too late for anyone to use are not left valid.
      if (isAbandoned()) {
        keepFarewell(result.tokens.signOut());
        return;
      }
      signIn = null;
      tokens = result.tokens;
      send({ type: "signed_in", user: userOf(result.tokens) });
    } catch (error) {
      if (isAbandoned()) return;
      signIn = null;
      send({ type: "sign_in_failed", problem: problemOf(error) });
    }
  }

  async function connect(): Promise<void> {
    if (tokens === null) return;
    const mine = attempt;
    const isAbandoned = () => mine !== attempt || isDisposed;
    try {
      const opened = await services.connect(tokens, onExchange, (event) => {
        if (connection === null || isAbandoned()) {
          if (event.type === "elicited") event.answer({ action: "cancel" });
        } else if (event.type === "elicited") elicited(event);
        else send(messageOfServerEvent(event));
      });
      if (isAbandoned()) {
        keepFarewell(opened.close());
        return;
      }
      connection = opened;
      send({ type: "connected", server: serverOf(opened) });
      session = openUserSession({
        services,
        tokens,
        connection: opened,
        saveFile: options.saveFile,
        language: () => model.language,
        tell: (message) => {
          if (connection === opened) send(message);
        },
      });
      void learnChecks(opened);
    } catch (error) {
      if (!isAbandoned()) send({ type: "connect_failed", problem: problemOf(error) });
    }
  }

  function elicited({ elicitation, answer }: Extract<ServerEvent, { type: "elicited" }>): void {
    if (elicitation === null) {
      send({ type: "elicitation_refused" });
      return;
    }
    lastDialog += 1;
    dialogs.set(lastDialog, answer);
    send({ type: "elicited", id: lastDialog, ...elicitation });
  }

  /** Forms that are on no screen any more are cancelled. */
  function cancelDialogs(): void {
    for (const cancel of dialogs.values()) cancel({ action: "cancel" });
    dialogs.clear();
  }

  /** The server tells by a tool what it checked of the token, where it has such a tool. */
  async function learnChecks(opened: McpConnection): Promise<void> {
    const checks = await checksOf(opened).catch(() => []);
    if (connection === opened && checks.length > 0) send({ type: "verified", checks });
  }

  async function ask(question: string, again: boolean): Promise<void> {
    if (session === null || connection === null) return;
    const asked = session;
    const controller = new AbortController();
    answer = controller;
    const { signal } = controller;
    const approve = (call: ToolCall, tool: Tool) => askApproval(call, tool, signal);
    const filter = createTerminalTextFilter();
    let usage: TokenUsage = { inputTokens: 0, outputTokens: 0 };
    const tell = (message: Message | null) => {
      if (answer === controller && message !== null) send(message);
    };
    try {
      const events = asked.conversation().ask(question, {
        signal,
        approve,
        again,
        onProgress: (callId, text) => tell({ type: "tool_progressed", callId, text }),
      });
      for await (const event of events) {
        if (event.type === "done") usage = event.usage;
        tell(
          event.type === "text"
            ? { type: "answer_text", text: filter.push(event.text) }
            : messageOfEvent(event),
        );
      }
      tell({ type: "tools_changed", server: serverOf(connection) });
      tell({ type: "answer_ended" });
      await asked.answered(usage).catch((error: unknown) => {
        tell({ type: "failed", problem: problemOf(error) });
      });
    } catch (error) {
      tell({ type: "answer_failed", problem: problemOf(error) });
    } finally {
      if (answer === controller) answer = null;
      cancelDialogs();
    }
  }

  async function askApproval(call: ToolCall, tool: Tool, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || isDisposed || session === null) return false;
    const { approvals } = session;
    const decided = approvals.decisionOn(tool);
    if (decided !== "ask") return decided === "run";
    const choice = await new Promise<ApprovalChoice>((resolve) => {
      const decide = (decision: ApprovalChoice) => {
        signal.removeEventListener("abort", decline);
        decisions.delete(call.id);
        resolve(decision);
      };
      const decline = () => decide("decline");
      signal.addEventListener("abort", decline);
      decisions.set(call.id, decide);
      send({
        type: "approval_asked",
        callId: call.id,
        tool: call.name,
        destructive: tool.destructive,
        arguments: argumentsOf(call.arguments),
      });
    });
    try {
      approvals.remember(tool, choice);
    } catch (error) {
      send({ type: "failed", problem: problemOf(error) });
    }
    return choice !== "decline" && choice !== "never";
  }

  /**
   * Ends what is open. The session is closed first: closing it takes the token that is revoked after it.
   *
   * @param why a sign-in that is kept is revoked by signing out alone
   * @returns whether the tokens are revoked
   */
  function leaveServer(why: "leave" | "sign out"): Promise<boolean> {
    cancelDialogs();
    answer?.abort();
    answer = null;
    const [left, held] = [connection, tokens];
    connection = null;
    session = null;
    tokens = null;
    signIn?.cancel();
    signIn = null;
    const isLeft = held?.isKept && why === "leave";
    const closed = left?.close() ?? Promise.resolve();
    const signedOut = closed.then(() => (isLeft ? false : (held?.signOut() ?? false)));
    keepFarewell(signedOut);
    return signedOut;
  }

  function keepFarewell(farewell: Promise<unknown>): void {
    const kept = farewell.catch(() => {}).finally(() => farewells.delete(kept));
    farewells.add(kept);
  }

  /** A sign-in that was kept is taken up, unless somebody signs in by hand first. */
  async function resume(): Promise<void> {
    const mine = attempt;
    const isOvertaken = () => mine !== attempt || isDisposed || signIn !== null || tokens !== null;
    let timer: NodeJS.Timeout | undefined;
    try {
      timer = setTimeout(() => isOvertaken() || send({ type: "resuming" }), noticeMilliseconds);
      const resumed = await services.resume(username, onExchange);
      if (isOvertaken()) return;
      if (resumed === null) return send({ type: "not_resumed", problem: null });
      tokens = resumed;
      send({ type: "signed_in", user: userOf(resumed) });
    } catch (error) {
      if (!isOvertaken()) send({ type: "not_resumed", problem: problemOf(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  void services.discover(onExchange);
  void resume();
  return {
    model: () => model,
    send,
    dispose() {
      disposing ??= (async () => {
        isDisposed = true;
        attempt += 1;
        clearTimeout(timer);
        void leaveServer("leave");
        await within(farewellMilliseconds, Promise.all(farewells));
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
