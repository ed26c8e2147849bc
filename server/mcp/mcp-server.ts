// The SDK's low-level Server, which it marks as deprecated in favour of McpServer: that one keeps
// tools of its own for each session and lists them to whoever asks. Here one set of features serves
// all sessions, and what is listed and called depends on the caller of the very request.

import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  type JSONRPCMessage,
  type JSONRPCRequest,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
  type ServerCapabilities,
  type ServerNotification,
  type ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv-provider.js";
import type { Caller } from "../auth/caller.ts";
import type { CallContext, FeatureEvent, Features } from "./features.ts";
import {
  type FollowNoted,
  handleSubscriptions,
  noSubscriptions,
  type Subscriptions,
} from "./subscriptions.ts";
import { parseCall, ToolsEnd } from "./tools-end.ts";

/**
 * Makes the MCP end of one session, to be connected to any transport of the SDK.
 *
 * @param owner whose session it is
 * @param noted told which resources the session follows, where that is kept
 * @param before which ones it followed in an earlier process
 */
export type McpServerFactory = (
  owner: Caller,
  noted?: FollowNoted,
  before?: readonly string[],
) => McpEnd;

/** The MCP end of one session. */
export interface McpEnd extends Pick<Server, "connect"> {
  /**
   * Answers a `tools/call` past the SDK's way of a request: what a transport does with most of what
   * comes, where it can. Absent from an end that knows no such way.
   *
   * @returns the response, which may be an error
   */
  callTool?(
    request: JSONRPCRequest,
    context: MessageContext,
    handle: CallHandle,
  ): Promise<JSONRPCMessage>;
}

/** A call, as the transport has it. */
export interface CallHandle {
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** See `ClientLink`. */
  closeStream(): void;
}

/** What a transport hands over with each message. */
export interface MessageContext {
  readonly caller: Caller;
  readonly requestId: string;
}

/** What the SDK answers where there is no handler at all. */
class MethodNotFoundError extends Error {
  readonly code = ErrorCode.MethodNotFound;
}

const instructions =
  "The tools act for the user who is signed in, whom whoami names. Notes are that user's own: " +
  "nobody else can read or delete them. Weather covers the United States only.";

/**
 * Makes a factory for MCP servers that offer the same features.
 *
 * @param features what they offer
 * @param version this server's version, as `initialize` answers it
 */
export function createMcpServerFactory(features: Features, version: string): McpServerFactory {
  // Without this, each session would compile a JSON schema validator of its own.
  const jsonSchemaValidator = new AjvJsonSchemaValidator();
  const capabilities = capabilitiesOf(features);
  return (owner, noted = async () => {}, before = []) => {
    const server = new Server(
      { name: "cleanauth", title: "CLEANAUTH", version },
      // A client is asked only for what it has declared.
      { capabilities, instructions, jsonSchemaValidator, enforceStrictCapabilities: true },
    );
    handleTools(server, features);
    handlePrompts(server, features);
    const followed = handleResources(server, owner, features, noted, before);
    handleCompletion(server, features);
    const unsubscribe = features.subscribe?.((event) => void tell(server, owner, followed, event));
    server.onclose = () => {
      unsubscribe?.();
      followed.endAll();
    };
    return new ToolsEnd(server, features);
  };
}

function capabilitiesOf({ prompts, resources, complete, subscribe }: Features): ServerCapabilities {
  const listChanged = subscribe === undefined ? {} : { listChanged: true };
  return {
    tools: listChanged,
    ...(prompts !== undefined && { prompts: listChanged }),
    ...(resources !== undefined && {
      resources: { ...listChanged, ...(resources.subscriptions && { subscribe: true }) },
    }),
    ...(complete !== undefined && { completions: {} }),
    ...(subscribe !== undefined && { logging: {} }),
  };
}

/**
 * What has no handler of its own comes to the fallback as it is. A handler for tools/call would have
 * every call and every result parsed by the SDK as well, which costs more than all the rest of a call.
 */
function handleTools(server: Server, { tools }: Features): void {
  server.fallbackRequestHandler = async ({ method, params }, extra) => {
    if (method === "tools/list") {
      return { tools: [...(await tools.list(messageContextOf(extra.authInfo).caller))] };
    }
    if (method !== "tools/call") throw new MethodNotFoundError("Method not found");
    const { name, args } = parseCall(params);
    return tools.call(name, args, callContextOf(extra));
  };
}

function handlePrompts(server: Server, { prompts }: Features): void {
  if (prompts === undefined) return;
  server.setRequestHandler(ListPromptsRequestSchema, async (_request, extra) => ({
    prompts: await prompts.list(messageContextOf(extra.authInfo).caller),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }, extra) =>
    prompts.get(params.name, params.arguments ?? {}, callContextOf(extra)),
  );
}

function handleResources(
  server: Server,
  owner: Caller,
  { resources }: Features,
  noted: FollowNoted,
  before: readonly string[],
): Subscriptions {
  if (resources === undefined) return noSubscriptions;
  server.setRequestHandler(ListResourcesRequestSchema, async (_request, extra) => ({
    resources: await resources.list(messageContextOf(extra.authInfo).caller),
  }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, async (_request, extra) => ({
    resourceTemplates: await resources.listTemplates(messageContextOf(extra.authInfo).caller),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }, extra) =>
    resources.read(params.uri, callContextOf(extra)),
  );
  return handleSubscriptions(server, owner, resources, callContextOf, noted, before);
}

function handleCompletion(server: Server, { complete }: Features): void {
  if (complete === undefined) return;
  server.setRequestHandler(CompleteRequestSchema, ({ params }, extra) =>
    complete(params, callContextOf(extra)),
  );
}

/** A session that cannot be reached at present misses it, as MCP's notifications allow. */
async function tell(
  server: Server,
  owner: Caller,
  followed: Subscriptions,
  event: FeatureEvent,
): Promise<void> {
  if (event.isFor?.(owner) === false) return;
  try {
    if (event.kind === "tools-changed") await server.sendToolListChanged();
    else if (event.kind === "prompts-changed") await server.sendPromptListChanged();
    else if (event.kind === "resources-changed") await server.sendResourceListChanged();
    else if (event.kind === "resource-updated") {
      if (followed.has(event.uri)) await server.sendResourceUpdated({ uri: event.uri });
    } else {
      const { level, logger, data } = event;
      await server.sendLoggingMessage({ level, logger, data }, server.transport?.sessionId);
    }
  } catch {
    // The session is closing.
  }
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

function messageContextOf(authInfo: AuthInfo | undefined): MessageContext {
  const context = authInfo?.extra?.context;
  if (context === undefined) throw new Error("A message without a caller reached the MCP server");
  return context as MessageContext;
}

function callContextOf(extra: RequestHandlerExtra<ServerRequest, ServerNotification>): CallContext {
  return {
    ...messageContextOf(extra.authInfo),
    signal: extra.signal,
    client: {
      progressToken: extra._meta?.progressToken,
      notify: extra.sendNotification,
      request: extra.sendRequest,
      closeStream: () => extra.closeSSEStream?.(),
    },
  };
}
