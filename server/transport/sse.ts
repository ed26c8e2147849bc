import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { JSONRPCMessage, MessageExtraInfo } from "@modelcontextprotocol/sdk/types.js";
import type { Activity } from "../activity.ts";
import { type McpServerFactory, toAuthInfo } from "../mcp/mcp-server.ts";
import type { Metrics } from "../metrics.ts";
import { rpcCode, sendNothing, sendRpcError } from "./answers.ts";
import { EventStream, formatMessage } from "./event-stream.ts";
import type { Handler } from "./front.ts";
import { readMessage } from "./json-rpc-body.ts";
import { requireRoom } from "./open-session.ts";
import { callerOf, contextOf } from "./request-context.ts";
import type { Session, Sessions, SessionTransport } from "./sessions.ts";
import type { Ticker } from "./ticker.ts";

/** What answers `/sse` and `/messages`, behind the bearer check. */
export interface HttpSse {
  readonly openStream: Handler;
  readonly postMessage: Handler;
}

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
  readonly ticker: Ticker;
}): HttpSse {
  const { sessions, createMcpServer, metrics, activity, ticker } = parts;
  return {
    async openStream(req, res) {
      if (!acceptsEventStream(req.headers.accept)) {
        const problem = "Not Acceptable: Client must accept text/event-stream";
        return sendRpcError(res, 406, rpcCode.serverError, problem);
      }
      if (!requireRoom(sessions, res)) return;
      const transport = new SseTransport(res, ticker);
      const id = transport.sessionId;
      transport.onclose = () => sessions.remove(id);
      const session = sessions.add({ id, kind: "sse", transport }, callerOf(res));
      contextOf(res).whenOver(session.hold(), metrics.openStream("/sse"));
      await createMcpServer(callerOf(res)).connect(transport);
    },

    async postMessage(req, res) {
      const message = await readMessage(req, res);
      if (message === null) return;
      const { searchParams } = new URL(req.url ?? "", "http://path.invalid");
      const [sessionId = "", ...more] = searchParams.getAll("sessionId");
      if (sessionId === "" || more.length > 0) {
        return sendRpcError(res, 400, rpcCode.serverError, "Bad Request: sessionId is required");
      }
      const session = sessions.find("sse", sessionId, callerOf(res));
      if (session === undefined) {
        return sendRpcError(res, 404, rpcCode.sessionNotFound, "Session not found");
      }
      const context = contextOf(res);
      context.whenOver(activity.begin());
      const authInfo = toAuthInfo({ caller: callerOf(res), requestId: context.requestId });
      (session as Session<SseTransport>).transport.onmessage?.(message, { authInfo });
      sendNothing(res, 202);
    },
  };
}

/** One session, on the one stream that all its answers take. */
class SseTransport implements SessionTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: <T extends JSONRPCMessage>(message: T, extra?: MessageExtraInfo) => void;

  readonly sessionId = randomUUID();
  readonly #res: ServerResponse;
  readonly #ticker: Ticker;
  #stream: EventStream | null = null;

  constructor(res: ServerResponse, ticker: Ticker) {
    this.#res = res;
    this.#ticker = ticker;
  }

  async start(): Promise<void> {
    const stream = new EventStream(this.#res, callerOf(this.#res), performance.now());
    this.#stream = stream;
    this.#ticker.add(stream);
    contextOf(this.#res).whenOver(() => {
      this.#ticker.remove(stream);
      void this.close();
    });
    stream.write(`event: endpoint\ndata: /messages?sessionId=${this.sessionId}\n\n`);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#stream === null) throw new Error("The stream of this session has ended");
    this.#stream.write(formatMessage(message));
  }

  /** The stream is the session. */
  endStreams(): void {
    void this.close();
  }

  async close(): Promise<void> {
    if (this.#stream === null) return;
    this.#stream.end();
    this.#stream = null;
    this.onclose?.();
  }
}

/** The transport's first version asked for no Accept header, so a wildcard will do. */
function acceptsEventStream(accept: string | undefined): boolean {
  return accept === undefined || /text\/event-stream|text\/\*|\*\/\*/i.test(accept);
}
