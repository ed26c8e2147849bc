import type { Conversation, Exchange, McpConnection, ServerEvent } from "./agent/agent.ts";
import type { ModelOptions } from "./agent/model-options.ts";
import type { ExchangeObserver } from "./exchange.ts";
import type { SignIn, TellUser, TokenSource } from "./sign-in/sign-in.ts";
import type { UserStore } from "./store/user-store.ts";

/** What a command or a screen needs from the world. One for the program; every screen shares it. */
export interface Services {
  readonly serverUrl: string;
  /** What plays AWS's part on this machine, by name; empty when everything is the real one. */
  readonly standIns: readonly string[];
  /** The model that is asked where a user has chosen none. */
  readonly modelId: string;
  /**
   * Finds out, without a token, how the server wants to be asked; never fails.
   * @param onExchange told what is asked and answered
   */
  discover(onExchange: ExchangeObserver): Promise<void>;
  /**
   * Takes up the sign-in that is kept on this machine; null where there is none, or none any more.
   *
   * @param username who is wanted; a sign-in of somebody else is left alone
   * @param onExchange told what is said
   * @throws AppError `sign_in_…` when what is kept must not be used, or cannot be checked just now
   */
  resume(username?: string, onExchange?: ExchangeObserver): Promise<TokenSource | null>;
  /**
   * Revokes and forgets the sign-in that is kept on this machine; null where there is none.
   *
   * @throws AppError `sign_in_stored_refused`
   */
  forget(): Promise<{ readonly username: string; readonly isRevoked: boolean } | null>;
  /** @param onExchange told what is said on the way in, and later when tokens are refreshed */
  createSignIn(onExchange?: ExchangeObserver): SignIn;
  /** @throws AppError `server_…` */
  connect(tokens: TokenSource, observers?: ConnectionObservers): Promise<McpConnection>;
  /** What is kept on disk for who signed in: conversations and settings. */
  openUserStore(tokens: TokenSource): UserStore;
  /**
   * @param options.exchanges what was said before
   * @param options.choices asked before each question: what was chosen about the model
   */
  createConversation(
    connection: McpConnection,
    options?: { exchanges?: readonly Exchange[]; choices?: () => ModelOptions },
  ): Conversation;
}

/** Who is told of what happens on a connection. */
export interface ConnectionObservers {
  /** Told how the server takes the token. */
  readonly onExchange?: ExchangeObserver;
  /** Told what the server does unasked, and whether it is there. */
  readonly onEvent?: (event: ServerEvent) => void;
  /** Tells the user where to go on in a browser, when the server asks for more scope. */
  readonly onStepUp?: TellUser;
}
