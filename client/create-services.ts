import type { McpConnection } from "./agent/agent.ts";
import { createBedrockModel, type Model } from "./agent/bedrock-model.ts";
import { createConversation } from "./agent/conversation.ts";
import { withTokenBudget } from "./agent/token-budget.ts";
import type { ClientSettings } from "./config.ts";
import { createExchange } from "./exchange.ts";
import manifest from "./package.json" with { type: "json" };
import type { Services } from "./services.ts";
import type { TokenSource } from "./sign-in/sign-in.ts";
import { openUserStore } from "./store/user-store.ts";
import { createWayIn } from "./way-in.ts";

/**
 * Makes what commands and screens need from the world. Nothing is connected yet, and the SDKs are
 * loaded when they are first needed, so that a screen is there at once.
 *
 * @param settings the parsed settings
 * @param options.tokensPerDay what a user may use up of models each day; null for no bound
 * @param options.keepsSignIn whether a sign-in outlives the program, in a file of the user's own; never
 *   where others than that user sign in
 */
export function createServices(
  settings: ClientSettings,
  options: { tokensPerDay?: number | null; keepsSignIn?: boolean } = {},
): Services {
  const { serverUrl, standIns, insecure, stateFolder } = settings;
  const { tokensPerDay = null, keepsSignIn = false } = options;
  const model = createBedrockModel({ ...settings.bedrock, insecure });
  const wayIn = createWayIn(settings, { keepsSignIn });
  const owners = new WeakMap<McpConnection, TokenSource>();

  /** The model, for whoever a connection belongs to. */
  function modelFor(connection: McpConnection): Model {
    if (tokensPerDay === null) return model;
    const owner = owners.get(connection);
    if (owner === undefined) throw new TypeError("a connection that was not made here");
    return withTokenBudget(model, openUserStore(stateFolder, owner.identity).usage, tokensPerDay);
  }

  return {
    serverUrl,
    standIns,
    modelId: settings.bedrock.modelId,
    async discover(onExchange) {
      const { discoverAuthorization } = await import("./agent/authorization-discovery.ts");
      // The other ways in find all that out by themselves.
      if (settings.signIn.way !== "password") return;
      const { poolId, endpoint: poolEndpoint } = settings.signIn;
      const exchange = createExchange(onExchange);
      await discoverAuthorization({ serverUrl, poolId, poolEndpoint, exchange });
    },
    resume: wayIn.resume,
    forget: wayIn.forget,
    createSignIn: wayIn.begin,
    async connect(tokens, { onExchange, ...observers } = {}) {
      const { connectMcp } = await import("./agent/mcp-connection.ts");
      const clientVersion = manifest.version;
      const exchange = createExchange(onExchange);
      const connection = await connectMcp({
        serverUrl,
        tokens,
        clientVersion,
        exchange,
        ...observers,
      });
      owners.set(connection, tokens);
      return connection;
    },
    openUserStore: (tokens) => openUserStore(stateFolder, tokens.identity),
    createConversation: (connection, options) =>
      createConversation(modelFor(connection), connection, options),
  };
}

/**
 * The same world, in which every tool runs without anyone being asked (`--yes`).
 *
 * @param services the world
 */
export function withoutAsking(services: Services): Services {
  return {
    ...services,
    createConversation(connection, options) {
      const conversation = services.createConversation(connection, options);
      return {
        ...conversation,
        ask: (question, options) =>
          conversation.ask(question, { ...options, approve: async () => true }),
      };
    },
  };
}
