import { setTimeout as sleep } from "node:timers/promises";
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ErrorCode, type JSONRPCMessage, type RequestId } from "@modelcontextprotocol/sdk/types.js";
import { paceResponse } from "./paced-response.ts";
import { tooLongAnswer } from "./upstream-error.ts";

/** What has ended a body may still be on its way through the SDK's parser. */
const graceMilliseconds = 250;
const goodbyeMilliseconds = 2_000;
const brokenOff = { code: ErrorCode.ConnectionClosed, message: "The answer broke off" };
/** For the stream that carries what the upstream says unasked: it comes back whenever the upstream does. */
const reconnectionOptions = {
  initialReconnectionDelay: 1_000,
  maxReconnectionDelay: 30_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: Number.POSITIVE_INFINITY,
};

/**
 * Reaches an upstream over Streamable HTTP, by the SDK's transport. Beside what that does: answers are read
 * no faster than can be borne, and not for longer than somebody waits; a call whose answer breaks off fails at
 * once; and a session that is closed is ended in the upstream.
 *
 * @param url the upstream's endpoint
 * @param headersOf makes what goes with a request that is being sent
 */
export function createHttpTransport(
  url: string,
  headersOf: () => Promise<Readonly<Record<string, string>>>,
): Transport {
  const awaited = new Set<RequestId>();
  /** By the request whose answer is being read. */
  const bodies = new Map<RequestId, AbortController>();
  const letGo = (id: RequestId) => {
    awaited.delete(id);
    const body = bodies.get(id);
    setTimeout(() => body?.abort(), goodbyeMilliseconds).unref();
  };
  const fail = (id: RequestId, error: { code: number; message: string }) => {
    if (awaited.delete(id)) transport.onmessage?.({ jsonrpc: "2.0", id, error });
  };
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    reconnectionOptions,
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers);
      for (const [name, value] of Object.entries(await headersOf())) headers.set(name, value);
      // A redirect would carry these headers to another server.
      const id = requestIdOf(init?.body);
      const body = new AbortController();
      if (id !== undefined) bodies.set(id, body);
      const signal = AbortSignal.any([body.signal, ...(init?.signal ? [init.signal] : [])]);
      const sent = fetch(input, { ...init, signal, headers, redirect: "error" });
      const response = await sent.catch((error) => {
        if (id !== undefined) bodies.delete(id);
        throw error;
      });
      return paceResponse(response, ({ isTooLong, isResumable }) => {
        if (id === undefined) return;
        bodies.delete(id);
        if (isTooLong) fail(id, tooLongAnswer);
        else if (!isResumable) setTimeout(fail, graceMilliseconds, id, brokenOff).unref();
      });
    },
  });
  const [send, close] = [transport.send.bind(transport), transport.close.bind(transport)];
  // The SDK calls this before its own handler.
  transport.onmessage = (message) => {
    if (!("method" in message) && message.id !== undefined) letGo(message.id);
  };
  transport.send = async (message: JSONRPCMessage, options) => {
    if ("method" in message && "id" in message) awaited.add(message.id);
    await send(message, options);
    if ("method" in message && message.method === "notifications/cancelled") {
      letGo(message.params?.requestId as RequestId);
    }
  };
  transport.close = async () => {
    const saidGoodbye = transport.terminateSession().catch(() => {});
    await Promise.race([saidGoodbye, sleep(goodbyeMilliseconds, null, { ref: false })]);
    await close();
  };
  return transport as Transport;
}

/** Whether an upstream no longer knows the session, so that another one has to be opened (MCP 2025-11-25). */
export function isSessionLost(error: unknown): boolean {
  return error instanceof StreamableHTTPError && error.code === 404;
}

function requestIdOf(body: unknown): RequestId | undefined {
  if (typeof body !== "string") return undefined;
  const { id, method } = JSON.parse(body) as { id?: RequestId; method?: string };
  return method === undefined ? undefined : id;
}
