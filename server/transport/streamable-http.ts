import { randomUUID } from "node:crypto";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import {
  CancelledNotificationSchema,
  isInitializeRequest,
  type JSONRPCMessage,
} from "@modelcontextprotocol/sdk/types.js";
import type { Request, RequestHandler, Response } from "express";
import type { Activity } from "../activity.ts";
import { type McpServerFactory, toAuthInfo } from "../mcp/mcp-server.ts";
import type { Metrics } from "../metrics.ts";
import { rpcCode, sendRpcError } from "./answers.ts";
import { messageOf } from "./json-rpc-body.ts";
import { requireRoom } from "./open-session.ts";
import { callerOf, contextOf } from "./request-context.ts";
import type { Session, Sessions } from "./sessions.ts";
import { endAtTokenExpiry } from "./token-expiry.ts";

type HttpSession = Session<StreamableHTTPServerTransport>;

/** What answers each method of `/mcp`, behind the bearer check. */
export interface StreamableHttp {
  readonly post: RequestHandler;
  readonly get: RequestHandler;
  readonly delete: RequestHandler;
}

/**
 * The Streamable HTTP transport.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @param parts.activity told of each message that is being answered
 */
export function createStreamableHttp(parts: {
  readonly sessions: Sessions;
  readonly createMcpServer: McpServerFactory;
  readonly metrics: Metrics;
  readonly activity: Activity;
}): StreamableHttp {
  const { sessions, createMcpServer, metrics, activity } = parts;

  async function openSession(res: Response): Promise<HttpSession> {
    const id = randomUUID();
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => id });
    transport.onclose = () => sessions.remove(id);
    const session = sessions.add({ id, kind: "streamable-http", transport }, callerOf(res));
    await createMcpServer(callerOf(res)).connect(transport);
    return session;
  }

  return {
    async post(req, res) {
      const message = messageOf(res);
      const id = req.headers["mcp-session-id"];
      if (id !== undefined) {
        const session = findSession(sessions, req, res);
        if (session !== undefined) await answerPost(session, message, req, res, activity);
        return;
      }
      if (!isInitializeRequest(message)) return refuseWithoutSession(res, message);
      if (!requireRoom(sessions, res)) return;
      const session = await openSession(res);
      await answerPost(session, message, req, res, activity);
      // The transport has turned the message away, by its Accept header for instance.
      if (session.transport.sessionId === undefined) await session.transport.close();
    },

    async get(req, res) {
      const session = findSession(sessions, req, res);
      if (session === undefined) return;
      contextOf(res).isStream = true;
      const isOver = [session.hold(), metrics.openStream("/mcp")];
      res.once("close", () => {
        for (const end of isOver) end();
      });
      endAtTokenExpiry(res, callerOf(res), () => session.transport.closeStandaloneSSEStream());
      await handOver(session, req, res);
    },

    async delete(req, res) {
      const session = findSession(sessions, req, res);
      if (session !== undefined) await handOver(session, req, res);
    },
  };
}

async function answerPost(
  session: HttpSession,
  message: JSONRPCMessage,
  req: Request,
  res: Response,
  activity: Activity,
): Promise<void> {
  const isOver = [session.hold(), activity.begin()];
  res.once("close", () => {
    for (const end of isOver) end();
  });
  if ("method" in message && "id" in message) {
    endAtTokenExpiry(res, callerOf(res), () => session.transport.closeSSEStream(message.id));
  }
  await handOver(session, req, res, message);
  const cancelled = CancelledNotificationSchema.safeParse(message);
  const requestId = cancelled.data?.params.requestId;
  // A cancelled request gets no response, so the stream that waits for it would stay open.
  if (requestId !== undefined) session.transport.closeSSEStream(requestId);
}

async function handOver(
  session: HttpSession,
  req: Request & { auth?: AuthInfo },
  res: Response,
  message?: JSONRPCMessage,
): Promise<void> {
  req.auth = toAuthInfo({ caller: callerOf(res), requestId: contextOf(res).requestId });
  await session.transport.handleRequest(req, res, message);
}

function findSession(sessions: Sessions, req: Request, res: Response): HttpSession | undefined {
  const id = req.headers["mcp-session-id"];
  if (typeof id !== "string") {
    sendRpcError(res, 400, rpcCode.serverError, "Bad Request: Mcp-Session-Id header is required");
    return undefined;
  }
  const session = sessions.find("streamable-http", id, callerOf(res));
  if (session === undefined) {
    sendRpcError(res, 404, rpcCode.sessionNotFound, "Session not found");
    return undefined;
  }
  return session as HttpSession;
}

function refuseWithoutSession(res: Response, message: JSONRPCMessage): void {
  const id = "id" in message ? (message.id ?? null) : null;
  const problem = "Bad Request: Mcp-Session-Id header is required; begin with initialize";
  sendRpcError(res, 400, rpcCode.serverError, problem, id);
}
