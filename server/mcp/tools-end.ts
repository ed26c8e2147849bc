import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolRequestSchema,
  ErrorCode,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type ProgressToken,
  type RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";
import type { CallContext, ClientLink, Features } from "./features.ts";
import { InvalidParamsError } from "./invalid-params-error.ts";
import type { CallHandle, McpEnd, MessageContext } from "./mcp-server.ts";

/**
 * The SDK's end, and beside it the short way of a `tools/call`: its own makes some ten objects and
 * parses the message four times before a tool hears of it.
 */
export class ToolsEnd implements McpEnd {
  readonly #server: Server;
  readonly #features: Features;

  constructor(server: Server, features: Features) {
    this.#server = server;
    this.#features = features;
  }

  connect(transport: Transport): Promise<void> {
    return this.#server.connect(transport);
  }

  async callTool(
    { id, params }: JSONRPCRequest,
    { caller, requestId }: MessageContext,
    handle: CallHandle,
  ): Promise<JSONRPCMessage> {
    try {
      const { name, args } = parseCall(params);
      const client = new CallLink(this.#server, id, params, handle);
      const context = new ToolCallContext(caller, requestId, client, handle);
      const result = await this.#features.tools.call(name, args, context);
      return { jsonrpc: "2.0", id, result };
    } catch (error) {
      return { jsonrpc: "2.0", id, error: toRpcError(error) };
    }
  }
}

/** The signal is made when it is read: V8 keeps a hidden class for each until a full collection. */
class ToolCallContext implements CallContext {
  readonly caller: Caller;
  readonly requestId: string;
  readonly client: ClientLink;
  readonly #handle: CallHandle;

  constructor(caller: Caller, requestId: string, client: ClientLink, handle: CallHandle) {
    this.caller = caller;
    this.requestId = requestId;
    this.client = client;
    this.#handle = handle;
  }

  get signal(): AbortSignal {
    return this.#handle.signal;
  }
}

/** The way back to the client during a call. */
class CallLink implements ClientLink {
  readonly #server: Server;
  readonly #id: RequestId;
  readonly #handle: CallHandle;
  readonly progressToken: ProgressToken | undefined;

  constructor(server: Server, id: RequestId, params: JSONRPCRequest["params"], handle: CallHandle) {
    this.#server = server;
    this.#id = id;
    this.#handle = handle;
    this.progressToken = params?._meta?.progressToken;
  }

  // Tools may take these off the link.
  get notify(): ClientLink["notify"] {
    return async (notification) => {
      if (this.#handle.signal.aborted) return;
      await this.#server.notification(notification, { relatedRequestId: this.#id });
    };
  }

  get request(): ClientLink["request"] {
    return (request, schema, options) =>
      this.#server.request(request, schema, { ...options, relatedRequestId: this.#id });
  }

  get closeStream(): ClientLink["closeStream"] {
    return () => this.#handle.closeStream();
  }
}

/** What the SDK makes of an error that a handler threw. */
function toRpcError(error: unknown): { code: number; message: string; data?: unknown } {
  const { code, message, data } = error as { code?: unknown; message?: string; data?: unknown };
  return {
    code: Number.isSafeInteger(code) ? (code as number) : ErrorCode.InternalError,
    message: message ?? "Internal error",
    ...(data !== undefined && { data }),
  };
}

/**
 * A `tools/call` whose parameters do not fit is told which. The SDK would answer an error of its
 * schema library as an internal error; one that has a code passes through it as it is.
 */
export function parseCall(params: unknown): { readonly name: string; readonly args: unknown } {
  const { name, arguments: args, ...rest } = (params ?? {}) as Record<string, unknown>;
  // What most calls are. The schema, which takes fifty times as long, has the say about all others.
  const isPlain = typeof name === "string" && isArguments(args) && Object.keys(rest).length === 0;
  if (isPlain) return { name, args };
  const parsed = CallToolRequestSchema.shape.params.safeParse(params);
  if (parsed.success) return { name: parsed.data.name, args: parsed.data.arguments };
  const problems = parsed.error.issues.map((it) => `${it.path.join(".")}: ${it.message}`);
  throw new InvalidParamsError(`Invalid params: ${problems.join("; ")}`);
}

function isArguments(args: unknown): boolean {
  return args === undefined || (typeof args === "object" && args !== null && !Array.isArray(args));
}
