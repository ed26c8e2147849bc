import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import type { RequestHandler } from "express";
import type { Activity } from "../activity.ts";
import { type McpServerFactory, toAuthInfo } from "../mcp/mcp-server.ts";
import type { Metrics } from "../metrics.ts";
import { rpcCode, sendRpcError } from "./answers.ts";
import { messageOf } from "./json-rpc-body.ts";
import { requireRoom } from "./open-session.ts";
import { callerOf, contextOf } from "./request-context.ts";
import type { Session, Sessions } from "./sessions.ts";
import { endAtTokenExpiry } from "./token-expiry.ts";

/** What answers `/sse` and `/messages`, behind the bearer check. */
export interface HttpSse {
  readonly openStream: RequestHandler;
  readonly postMessage: RequestHandler;
}

const keepAliveMilliseconds = 15_000;

/**
 * The HTTP+SSE transport of protocol version 2024-11-05: the session is its stream, and its answers
 * come over that.
 * https://modelcontextprotocol.io/specification/2024-11-05/basic/transports#http-with-sse
 *
 * @param parts.activity told of each message that is being taken in
 */
export function createHttpSse(parts: {
  readonly sessions: Sessions;
  readonly createMcpServer: McpServerFactory;
  readonly metrics: Metrics;
  readonly activity: Activity;
}): HttpSse {
  const { sessions, createMcpServer, metrics, activity } = parts;
  return {
    async openStream(req, res) {
      if (!acceptsEventStream(req.headers.accept)) {
        const problem = "Not Acceptable: Client must accept text/event-stream";
        return sendRpcError(res, 406, rpcCode.serverError, problem);
      }
      if (!requireRoom(sessions, res)) return;
      contextOf(res).isStream = true;
      res.setHeader("X-Accel-Buffering", "no");
      const transport = new SSEServerTransport("/messages", res);
      transport.onclose = () => sessions.remove(transport.sessionId);
      const session = sessions.add(
        { id: transport.sessionId, kind: "sse", transport },
        callerOf(res),
      );
      // A comment now and then shows proxies, and us, that the other end is still there.
      const keepAlive = setInterval(() => res.write(": keep-alive\n\n"), keepAliveMilliseconds);
      const isOver = [session.hold(), metrics.openStream("/sse"), () => clearInterval(keepAlive)];
      res.once("close", () => {
        for (const end of isOver) end();
      });
      endAtTokenExpiry(res, callerOf(res), () => void transport.close());
      await createMcpServer(callerOf(res)).connect(transport);
    },

    async postMessage(req, res) {
      const { sessionId } = req.query;
      if (typeof sessionId !== "string" || sessionId === "") {
        return sendRpcError(res, 400, rpcCode.serverError, "Bad Request: sessionId is required");
      }
      const session = sessions.find("sse", sessionId, callerOf(res));
      if (session === undefined) {
        return sendRpcError(res, 404, rpcCode.sessionNotFound, "Session not found");
      }
      const isOver = activity.begin();
      res.once("close", isOver);
      const authInfo = toAuthInfo({ caller: callerOf(res), requestId: contextOf(res).requestId });
      await (session as Session<SSEServerTransport>).transport.handleMessage(messageOf(res), {
        authInfo,
      });
      res.status(202).type("text/plain").send("Accepted");
    },
  };
}

/** The transport's first version asked for no Accept header, so a wildcard will do. */
function acceptsEventStream(accept: string | undefined): boolean {
  return accept === undefined || /text\/event-stream|text\/\*|\*\/\*/i.test(accept);
}
