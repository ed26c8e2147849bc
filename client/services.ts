import type { Conversation, Exchange, McpConnection, ServerEvent } from "./agent/agent.ts";
import type { ModelOptions } from "./agent/model-options.ts";
import type { ExchangeObserver } from "./exchange.ts";
import type { SignIn, TokenSource } from "./sign-in/sign-in.ts";
import type { UserStore } from "./store/user-store.ts";

/** What a command or a screen needs from the world. One for the program; every screen shares it. */
export interface Services {
  readonly serverUrl: string;
  /** What plays AWS's part on this machine, by name; empty when everything is the real one. */
  readonly standIns: readonly string[];
  /**
   * Finds out, without a token, how the server wants to be asked; never fails.
   * @param onExchange told what is asked and answered
   */
  discover(onExchange: ExchangeObserver): Promise<void>;
  /** @param onExchange told what is said on the way in, and later when tokens are refreshed */
  createSignIn(onExchange?: ExchangeObserver): SignIn;
  /**
   * @param onExchange told how the server takes the token
   * @param onEvent told what the server does unasked, and whether it is there
   * @throws AppError `server_…`
   */
  connect(
    tokens: TokenSource,
    onExchange?: ExchangeObserver,
    onEvent?: (event: ServerEvent) => void,
  ): Promise<McpConnection>;
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
