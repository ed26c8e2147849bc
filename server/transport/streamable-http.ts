import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  type RequestId,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import type { Activity } from "../activity.ts";
import type { Caller } from "../auth/caller.ts";
import type { McpServerFactory } from "../mcp/mcp-server.ts";
import type { FollowNoted } from "../mcp/subscriptions.ts";
import type { Metrics } from "../metrics.ts";
import type { SessionRecords } from "../store/session-records.ts";
import { rpcCode, sendNothing, sendRpcError } from "./answers.ts";
import type { Handler } from "./front.ts";
import { readMessage } from "./json-rpc-body.ts";
import { requireRoom } from "./open-session.ts";
import { callerOf, contextOf } from "./request-context.ts";
import type { MessageCheck } from "./require-scope.ts";
import type { Session, Sessions } from "./sessions.ts";
import { StreamableHttpTransport } from "./streamable-http-transport.ts";
import type { Ticker } from "./ticker.ts";

type HttpSession = Session<StreamableHttpTransport>;

/** What answers each method of `/mcp`, behind the bearer check. */
export interface StreamableHttp {
  readonly get: Handler;
  readonly post: Handler;
  readonly delete: Handler;
}

/**
 * The HTTP side of the Streamable HTTP transport: checks what a request says about itself, finds its
 * session, and hands its message over.
 *
 * @param parts.checkMessage stands before the MCP server
 * @param parts.activity told of each message that is being answered
 */
export function createStreamableHttp(parts: {
  readonly sessions: Sessions;
  readonly createMcpServer: McpServerFactory;
  readonly checkMessage: MessageCheck;
  readonly records: SessionRecords;
  readonly metrics: Metrics;
  readonly activity: Activity;
  readonly ticker: Ticker;
}): StreamableHttp {
  const { sessions, createMcpServer, checkMessage, metrics, activity, ticker, records } = parts;
  const resuming = new Map<string, Promise<void>>();

  /** @param follows the resources that the session follows already */
  async function connect(
    id: string,
    caller: Caller,
    follows: readonly string[],
  ): Promise<HttpSession> {
    const transport = new StreamableHttpTransport(id, ticker);
    transport.onclose = () => sessions.remove(id);
    const session = sessions.add({ id, kind: "streamable-http", transport }, caller);
    const noted: FollowNoted = (uri, isFollowed) => records.noteFollowed(id, uri, isFollowed);
    const end = createMcpServer(caller, noted, follows);
    await transport.connectTo(end);
    return session;
  }

  /** Opens a session; it is on disk before its client hears of it. */
  async function open(initialize: JSONRPCRequest, res: ServerResponse): Promise<HttpSession> {
    const caller = callerOf(res);
    const session = await connect(randomUUID(), caller, []);
    const { subject, clientId } = caller;
    const { params = {} } = initialize;
    await records.save({ id: session.id, subject, clientId, initialize: params, follows: [] });
    return session;
  }

  /** Takes a session up again that a process before this one, or beside it, has opened. */
  async function resume(id: string, caller: Caller): Promise<void> {
    const record = await records.load(id);
    if (record?.subject !== caller.subject || record.clientId !== caller.clientId) return;
    if (sessions.findNoRoom(caller) !== null) return;
    const session = await connect(id, caller, record.follows);
    const context = { caller, requestId: "restore" };
    if (!(await session.transport.restore(record, context))) await session.transport.close();
  }

  /** Finds the caller's session that a request names; without one, the request is answered. */
  async function find(
    req: IncomingMessage,
    res: ServerResponse,
    messageId: RequestId | null = null,
  ): Promise<HttpSession | undefined> {
    const id = req.headers["mcp-session-id"];
    if (typeof id !== "string") {
      const problem = "Bad Request: Mcp-Session-Id header is required; begin with initialize";
      sendRpcError(res, 400, rpcCode.serverError, problem, messageId);
      return undefined;
    }
    const caller = callerOf(res);
    // One that is being taken up is there, and not ready yet.
    while (resuming.has(id)) await resuming.get(id);
    let session = sessions.find("streamable-http", id, caller);
    if (session === undefined) {
      const mine = resume(id, caller).finally(() => resuming.delete(id));
      resuming.set(id, mine);
      await mine;
      session = sessions.find("streamable-http", id, caller);
    }
    if (session === undefined) {
      sendRpcError(res, 404, rpcCode.sessionNotFound, "Session not found");
      return undefined;
    }
    return requireKnownVersion(req, res) ? (session as HttpSession) : undefined;
  }

  /** Finds the session of a message; without one, `initialize` opens one. */
  async function sessionFor(
    message: JSONRPCMessage,
    req: IncomingMessage,
    res: ServerResponse,
  ): Promise<HttpSession | undefined> {
    const id = "id" in message ? (message.id ?? null) : null;
    const isInitialize = "method" in message && message.method === "initialize";
    if (!isInitialize) return find(req, res, id);
    if (req.headers["mcp-session-id"] === undefined) {
      return requireRoom(sessions, res) ? open(message as JSONRPCRequest, res) : undefined;
    }
    if ((await find(req, res, id)) === undefined) return undefined;
    const problem = "Invalid Request: this session is initialized already";
    sendRpcError(res, 400, rpcCode.invalidRequest, problem, id);
    return undefined;
  }

  return {
    async post(req, res) {
      if (!accepts(req, "application/json") || !accepts(req, "text/event-stream")) {
        const both = "Client must accept both application/json and text/event-stream";
        return sendRpcError(res, 406, rpcCode.serverError, `Not Acceptable: ${both}`);
      }
      const message = await readMessage(req, res);
      if (message === null || !checkMessage(message, res)) return;
      const session = await sessionFor(message, req, res);
      if (session === undefined) return;
      const context = contextOf(res);
      context.whenOver(session.hold(), activity.begin());
      const { requestId } = context;
      session.transport.receive(message, { caller: callerOf(res), requestId }, res);
    },

    async get(req, res) {
      if (!accepts(req, "text/event-stream")) {
        const problem = "Not Acceptable: Client must accept text/event-stream";
        return sendRpcError(res, 406, rpcCode.serverError, problem);
      }
      const session = await find(req, res);
      if (session === undefined) return;
      contextOf(res).whenOver(session.hold(), metrics.openStream("/mcp"));
      const lastEventId = req.headers["last-event-id"];
      session.transport.listen(res, lastEventId === undefined ? undefined : String(lastEventId));
    },

    async delete(req, res) {
      const session = await find(req, res);
      if (session === undefined) return;
      await records.remove(session.id);
      await session.transport.close();
      sendNothing(res, 200);
    },
  };
}

/** Wildcards do not count: MCP's clients have to name what they take. */
function accepts({ headers }: IncomingMessage, type: string): boolean {
  const { accept } = headers;
  return accept !== undefined && (accept.includes(type) || accept.toLowerCase().includes(type));
}

const knownVersions = new Set<string | string[]>(SUPPORTED_PROTOCOL_VERSIONS);

/** A client need not name the version; if it does, it has to be one that is spoken here. */
function requireKnownVersion({ headers }: IncomingMessage, res: ServerResponse): boolean {
  const version = headers["mcp-protocol-version"];
  if (version === undefined || knownVersions.has(version)) return true;
  const known = SUPPORTED_PROTOCOL_VERSIONS.join(", ");
  const problem = `Bad Request: Unsupported protocol version (supported versions: ${known})`;
  sendRpcError(res, 400, rpcCode.serverError, problem);
  return false;
}
