import type { McpConnection } from "./agent/agent.ts";
import { createBedrockModel, type Model } from "./agent/bedrock-model.ts";
import { createConversation } from "./agent/conversation.ts";
import { withTokenBudget } from "./agent/token-budget.ts";
import type { ClientSettings } from "./config.ts";
import { createExchange } from "./exchange.ts";
import manifest from "./package.json" with { type: "json" };
import type { Services } from "./services.ts";
import { type BrowserSettings, createBrowserSignIn } from "./sign-in/browser/browser-sign-in.ts";
import { createCognitoCalls } from "./sign-in/cognito-calls.ts";
import { createCognitoSignIn } from "./sign-in/cognito-sign-in.ts";
import type { TokenSource } from "./sign-in/sign-in.ts";
import { openUserStore } from "./store/user-store.ts";

/**
 * Makes what commands and screens need from the world. Nothing is connected yet, and the SDKs are
 * loaded when they are first needed, so that a screen is there at once.
 *
 * @param settings the parsed settings
 * @param limits.tokensPerDay what a user may use up of models each day; null for no bound
 */
export function createServices(
  settings: ClientSettings,
  limits: { tokensPerDay: number | null } = { tokensPerDay: null },
): Services {
  const { serverUrl, standIns, insecure, stateFolder } = settings;
  const model = createBedrockModel({ ...settings.bedrock, insecure });
  const owners = new WeakMap<McpConnection, TokenSource>();

  /** The model, for whoever a connection belongs to. */
  function modelFor(connection: McpConnection): Model {
    const { tokensPerDay } = limits;
    if (tokensPerDay === null) return model;
    const owner = owners.get(connection);
    if (owner === undefined) throw new TypeError("a connection that was not made here");
    return withTokenBudget(model, openUserStore(stateFolder, owner.identity).usage, tokensPerDay);
  }

  return {
    serverUrl,
    standIns,
    async discover(onExchange) {
      const { discoverAuthorization } = await import("./agent/authorization-discovery.ts");
      // A sign-in in the browser finds all that out by itself.
      if (settings.cognito === null) return;
      const { poolId, endpoint: poolEndpoint } = settings.cognito;
      const exchange = createExchange(onExchange);
      await discoverAuthorization({ serverUrl, poolId, poolEndpoint, exchange });
    },
    createSignIn: (onExchange) =>
      settings.cognito === null
        ? createBrowserSignIn(browserSettings(settings), onExchange)
        : createCognitoSignIn(createCognitoCalls(settings.cognito, insecure, onExchange)),
    async connect(tokens, onExchange, onEvent) {
      const { connectMcp } = await import("./agent/mcp-connection.ts");
      const clientVersion = manifest.version;
      const exchange = createExchange(onExchange);
      const connection = await connectMcp({
        serverUrl,
        tokens,
        clientVersion,
        exchange,
        ...(onEvent === undefined ? {} : { onEvent }),
      });
      owners.set(connection, tokens);
      return connection;
    },
    openUserStore: (tokens) => openUserStore(stateFolder, tokens.identity),
    createConversation: (connection, options) =>
      createConversation(modelFor(connection), connection, options),
  };
}

function browserSettings({ serverUrl, browser }: ClientSettings): BrowserSettings {
  const { preRegistered = null, clientMetadataUrl, hasScreen = false } = browser ?? {};
  const clients = preRegistered === null ? [] : [preRegistered];
  return {
    serverUrl,
    clientMetadataUrl,
    preRegistered: new Map(
      clients.map(({ issuer, clientId }) => [issuer, { client_id: clientId }]),
    ),
    async openBrowser(url) {
      if (!hasScreen) return false;
      const { openBrowser } = await import("./sign-in/browser/open-browser.ts");
      return openBrowser(url);
    },
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
