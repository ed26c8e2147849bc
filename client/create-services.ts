import { AppError } from "@cleanauth/common/app-error.ts";
import { issuerOfPool } from "@cleanauth/common/cognito-settings.ts";
import type { McpConnection } from "./agent/agent.ts";
import { createBedrockModel, type Model } from "./agent/bedrock-model.ts";
import { createConversation } from "./agent/conversation.ts";
import { withTokenBudget } from "./agent/token-budget.ts";
import type { ClientSettings } from "./config.ts";
import { createExchange } from "./exchange.ts";
import manifest from "./package.json" with { type: "json" };
import type { Services } from "./services.ts";
import { createCognitoCalls } from "./sign-in/cognito-calls.ts";
import { createCognitoSignIn, resumeCognitoSignIn } from "./sign-in/cognito-sign-in.ts";
import { type BrowserSettings, createBrowserSignIn } from "./sign-in/oauth/browser-sign-in.ts";
import type { TokenSource } from "./sign-in/sign-in.ts";
import { openTokenFile, type StoredSignIn, type TokenFile } from "./sign-in/token-file.ts";
import { openUserStore } from "./store/user-store.ts";
import { stripToLine } from "./terminal-text.ts";

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
  const tokenFile = keepsSignIn ? tokenFileOf(settings) : undefined;
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
    async discover(onExchange) {
      const { discoverAuthorization } = await import("./agent/authorization-discovery.ts");
      // A sign-in in the browser finds all that out by itself.
      if (settings.cognito === null) return;
      const { poolId, endpoint: poolEndpoint } = settings.cognito;
      const exchange = createExchange(onExchange);
      await discoverAuthorization({ serverUrl, poolId, poolEndpoint, exchange });
    },
    async resume(username, onExchange) {
      const stored = tokenFile?.read() ?? null;
      if (tokenFile === undefined || stored === null) return null;
      if (username !== undefined && username !== stored.username) return null;
      try {
        if (settings.cognito === null) {
          const browser = browserSettings(settings, tokenFile);
          return await createBrowserSignIn(browser, onExchange).resume(stored);
        }
        const calls = createCognitoCalls(settings.cognito, insecure, onExchange);
        return await resumeCognitoSignIn(calls, stored, tokenFile);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== "sign_in_expired") throw error;
        tokenFile.forget();
        return null;
      }
    },
    async forget() {
      const stored = tokenFile?.read() ?? null;
      if (tokenFile === undefined || stored === null) return null;
      tokenFile.forget();
      const signal = AbortSignal.timeout(revokeMilliseconds);
      const isRevoked = await revokeStored(settings, stored, signal).then(
        () => true,
        () => false,
      );
      return { username: stripToLine(stored.username, 60), isRevoked };
    },
    createSignIn(onExchange) {
      if (settings.cognito === null) {
        return createBrowserSignIn(browserSettings(settings, tokenFile), onExchange);
      }
      const calls = createCognitoCalls(settings.cognito, insecure, onExchange);
      return createCognitoSignIn(calls, tokenFile);
    },
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

async function revokeStored(
  settings: ClientSettings,
  stored: StoredSignIn,
  signal: AbortSignal,
): Promise<void> {
  const { cognito, insecure } = settings;
  if (cognito === null) {
    return createBrowserSignIn(browserSettings(settings, undefined)).revoke(stored, signal);
  }
  return createCognitoCalls(cognito, insecure).revoke(stored.refreshToken, signal);
}

/** How long signing out waits for the issuer. */
const revokeMilliseconds = 5_000;

/** Kept by issuer and client; what the browser brings is for one server alone. */
function tokenFileOf({ cognito, serverUrl, stateFolder }: ClientSettings): TokenFile {
  const key =
    cognito === null
      ? ["browser", serverUrl]
      : [
          cognito.poolId === undefined ? cognito.region : issuerOfPool(cognito.poolId),
          cognito.clientId,
        ];
  return openTokenFile(stateFolder, key);
}

function browserSettings(
  { serverUrl, browser }: ClientSettings,
  tokenFile: TokenFile | undefined,
): BrowserSettings {
  const { preRegistered = null, clientMetadataUrl, hasScreen = false } = browser ?? {};
  const clients = preRegistered === null ? [] : [preRegistered];
  return {
    serverUrl,
    tokenFile,
    clientMetadataUrl,
    preRegistered: new Map(
      clients.map(({ issuer, clientId }) => [issuer, { client_id: clientId }]),
    ),
    async openBrowser(url) {
      if (!hasScreen) return false;
      const { openBrowser } = await import("./sign-in/oauth/open-browser.ts");
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
