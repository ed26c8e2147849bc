import { createBedrockModel } from "./agent/bedrock-model.ts";
import { createConversation } from "./agent/conversation.ts";
import type { ClientSettings } from "./config.ts";
import manifest from "./package.json" with { type: "json" };
import type { Services } from "./services.ts";
import { createCognitoCalls } from "./sign-in/cognito-calls.ts";
import { createCognitoSignIn } from "./sign-in/cognito-sign-in.ts";

/**
 * Makes what commands and screens need from the world. Nothing is connected yet, and the SDKs are
 * loaded when they are first needed, so that a screen is there at once.
 *
 * @param settings the parsed settings
 */
export function createServices(settings: ClientSettings): Services {
  const { serverUrl, standIns, insecure } = settings;
  const cognito = createCognitoCalls(settings.cognito, insecure);
  const model = createBedrockModel({ ...settings.bedrock, insecure });
  return {
    serverUrl,
    standIns,
    createSignIn: () => createCognitoSignIn(cognito),
    async connect(tokens) {
      const { connectMcp } = await import("./agent/mcp-connection.ts");
      return connectMcp({ serverUrl, tokens, clientVersion: manifest.version });
    },
    createConversation: (connection) => createConversation(model, connection),
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
    createConversation(connection) {
      const conversation = services.createConversation(connection);
      return {
        ask: (question, options) =>
          conversation.ask(question, { ...options, approve: async () => true }),
      };
    },
  };
}
