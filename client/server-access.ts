import type { McpConnection, ServerEvent } from "./agent/agent.ts";
import type { Message } from "./chat/messages.ts";
import type { ExchangeEvent } from "./exchange.ts";
import type { Services } from "./services.ts";
import {
  checksOf,
  exchangeOf,
  messageOfQuestion,
  messageOfServerEvent,
  messageOfStepUp,
  problemOf,
  serverOf,
  userOf,
} from "./shown-text.ts";
import type { Answers } from "./sign-in/question.ts";
import type { SignIn, SignInStep, TokenSource } from "./sign-in/sign-in.ts";

/** How one screen gets to the server and leaves it again: sign-in, tokens, MCP session. */
export interface ServerAccess {
  /** Finds out how the server wants to be asked, and takes up a sign-in that was kept. */
  begin(): void;
  /** Answers what the sign-in asks; the first answer begins an attempt. */
  answer(answers: Answers): void;
  /** Gives up what is under way. */
  abandon(): void;
  /** Opens an MCP session with the tokens of who is signed in. */
  connect(): void;
  /**
   * Gives up what is under way and ends what is open.
   *
   * @param why a sign-in that is kept is revoked by signing out alone
   * @returns whether the tokens are revoked
   */
  leave(why: "leave" | "sign out"): Promise<boolean>;
  /** Null while nobody is signed in. */
  tokens(): TokenSource | null;
  /** Null while no MCP session is open. */
  connection(): McpConnection | null;
  /** Resolves when all that was left is closed and revoked; never fails. */
  farewells(): Promise<void>;
}

/** What is over sooner than this is not worth being shown. */
const noticeMilliseconds = 100;

type Elicited = Extract<ServerEvent, { type: "elicited" }>;

/**
 * Makes the access of one screen; nobody is signed in yet.
 *
 * @param options.services the world
 * @param options.username who is wanted where a sign-in was kept
 * @param options.tell told what happens; texts in it may be shown
 * @param options.onConnected told of an MCP session once {@link ServerAccess.connection} is there
 * @param options.onElicited told what the server wants to be filled in
 * @param options.onOffers told that what the server offers has changed
 */
export function createServerAccess(options: {
  services: Services;
  username: string | undefined;
  tell: (message: Message) => void;
  onConnected: (connection: McpConnection, tokens: TokenSource) => void;
  onElicited: (event: Elicited) => void;
  onOffers: () => void;
}): ServerAccess {
  const { services, username, tell } = options;
  /** Grows when what is under way is abandoned: what an older attempt comes to is thrown away. */
  let attempt = 0;
  let signIn: SignIn | null = null;
  let tokens: TokenSource | null = null;
  let connection: McpConnection | null = null;
  const farewells = new Set<Promise<unknown>>();

  function onExchange(event: ExchangeEvent): void {
    tell({ type: "exchanged", event: exchangeOf(event) });
  }

  function answer(answers: Answers): void {
    signIn ??= services.createSignIn(onExchange);
    void takeStep(signIn.answer(answers));
  }

  async function takeStep(step: Promise<SignInStep>): Promise<void> {
    const mine = attempt;
    const isAbandoned = () => mine !== attempt;
    try {
      const result = await step;
      if (result.kind === "question") {
        if (isAbandoned()) return;
        tell(messageOfQuestion(result));
        // What is answered in the browser is awaited at once.
        if (result.question.name === "BROWSER") answer({});
        return;
      }
      // Tokens that came too late for anyone to use are not left valid.
      if (isAbandoned()) {
        keepFarewell(result.tokens.signOut());
        return;
      }
      signIn = null;
      tokens = result.tokens;
      tell({ type: "signed_in", user: userOf(result.tokens) });
    } catch (error) {
      if (isAbandoned()) return;
      signIn = null;
      tell({ type: "sign_in_failed", problem: problemOf(error) });
    }
  }

  /** A sign-in that was kept is taken up, unless somebody signs in by hand first. */
  async function resume(): Promise<void> {
    const mine = attempt;
    const isOvertaken = () => mine !== attempt || signIn !== null || tokens !== null;
    let timer: NodeJS.Timeout | undefined;
    try {
      timer = setTimeout(() => isOvertaken() || tell({ type: "resuming" }), noticeMilliseconds);
      const resumed = await services.resume(username, onExchange);
      if (isOvertaken()) return;
      if (resumed === null) return tell({ type: "not_resumed", problem: null });
      tokens = resumed;
      tell({ type: "signed_in", user: userOf(resumed) });
    } catch (error) {
      if (!isOvertaken()) tell({ type: "not_resumed", problem: problemOf(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  async function connect(): Promise<void> {
    if (tokens === null) return;
    const mine = attempt;
    const isAbandoned = () => mine !== attempt;
    try {
      const onEvent = (event: ServerEvent) => {
        if (connection === null || isAbandoned()) {
          if (event.type === "elicited") event.answer({ action: "cancel" });
        } else if (event.type === "elicited") options.onElicited(event);
        else if (event.type === "offers_changed") options.onOffers();
        else tell(messageOfServerEvent(event));
      };
      const onStepUp = (url: string) => {
        // Before there is a conversation nothing shows it.
        if (connection === null || isAbandoned()) return false;
        tell(messageOfStepUp(url));
        return true;
      };
      const opened = await services.connect(tokens, { onExchange, onEvent, onStepUp });
      if (isAbandoned()) {
        keepFarewell(opened.close());
        return;
      }
      connection = opened;
      tell({ type: "connected", server: serverOf(opened) });
      options.onConnected(opened, tokens);
      void learnChecks(opened);
    } catch (error) {
      if (!isAbandoned()) tell({ type: "connect_failed", problem: problemOf(error) });
    }
  }

  /** The server tells by a tool what it checked of the token, where it has such a tool. */
  async function learnChecks(opened: McpConnection): Promise<void> {
    const checks = await checksOf(opened).catch(() => []);
    if (connection === opened && checks.length > 0) tell({ type: "verified", checks });
  }

  function abandon(): void {
    attempt += 1;
    signIn?.cancel();
    signIn = null;
  }

  function keepFarewell(farewell: Promise<unknown>): void {
    const kept = farewell.catch(() => {}).finally(() => farewells.delete(kept));
    farewells.add(kept);
  }

  return {
    begin() {
      void services.discover(onExchange);
      void resume();
    },
    answer,
    abandon,
    connect: () => void connect(),
    leave(why) {
      abandon();
      const [left, held] = [connection, tokens];
      connection = null;
      tokens = null;
      const isLeft = held?.isKept && why === "leave";
      // The session is closed first: closing it takes the token that is revoked after it.
      const closed = left?.close() ?? Promise.resolve();
      const signedOut = closed.then(() => (isLeft ? false : (held?.signOut() ?? false)));
      keepFarewell(signedOut);
      return signedOut;
    },
    tokens: () => tokens,
    connection: () => connection,
    farewells: async () => void (await Promise.all(farewells)),
  };
}
