// The SDK's low-level Server, which it marks as deprecated in favour of McpServer: that one keeps
// tools of its own for each session and lists them to whoever asks. Here one registry serves all
// sessions, and what is listed and called depends on the caller of the very request.

import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv-provider.js";
import { z } from "zod";
import type { Caller } from "../auth/caller.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import { InvalidParamsError } from "./invalid-params-error.ts";

/** Makes the MCP end of one session, to be connected to any transport of the SDK. */
export type McpServerFactory = () => Server;

/** What a transport hands over with each message. */
export interface MessageContext {
  readonly caller: Caller;
  readonly requestId: string;
}

/**
 * A `tools/call` whose parameters do not fit is told which. The SDK would answer an error of its
 * schema library as an internal error; one that has a code passes through it as it is.
 */
const callToolRequest = z.object({
  method: z.literal("tools/call"),
  params: z.unknown().transform((params) => {
    const parsed = CallToolRequestSchema.shape.params.safeParse(params);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map((it) => `${it.path.join(".")}: ${it.message}`);
    throw new InvalidParamsError(`Invalid params: ${problems.join("; ")}`);
  }),
});

const instructions =
  "The tools act for the user who is signed in, whom whoami names. Notes are that user's own: " +
  "nobody else can read or delete them. Weather covers the United States only.";

/**
 * Makes a factory for MCP servers that share one tool registry.
 *
 * @param tools the registry
 * @param version this server's version, as `initialize` answers it
 */
export function createMcpServerFactory(tools: ToolRegistry, version: string): McpServerFactory {
  // Without this, each session would compile a JSON schema validator of its own.
  const jsonSchemaValidator = new AjvJsonSchemaValidator();
  return () => {
    const server = new Server(
      { name: "cleanauth", title: "CLEANAUTH", version },
      { capabilities: { tools: {} }, instructions, jsonSchemaValidator },
    );
    server.setRequestHandler(ListToolsRequestSchema, (_request, extra) => ({
      tools: tools.list(contextOf(extra.authInfo).caller),
    }));
    server.setRequestHandler(callToolRequest, (request, extra) =>
      tools.call({
        name: request.params.name,
        args: request.params.arguments,
        signal: extra.signal,
        ...contextOf(extra.authInfo),
      }),
    );
    return server;
  };
}

/**
 * Packs what goes with a message into the form in which the SDK's transports carry it. The token is
 * left out: nothing behind the bearer check has a use for it.
 *
 * @param context whose message it is, and in which HTTP request it came
 */
export function toAuthInfo(context: MessageContext): AuthInfo {
  const { clientId, scopes, expiresAt } = context.caller;
  return { token: "", clientId, scopes: [...scopes], expiresAt, extra: { context } };
}

function contextOf(authInfo: AuthInfo | undefined): MessageContext {
  const context = authInfo?.extra?.context;
  if (context === undefined) throw new Error("A message without a caller reached the MCP server");
  return context as MessageContext;
}
