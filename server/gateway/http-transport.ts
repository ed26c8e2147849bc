import { setTimeout as sleep } from "node:timers/promises";
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ErrorCode, type JSONRPCMessage, type RequestId } from "@modelcontextprotocol/sdk/types.js";
import { paceResponse } from "./paced-response.ts";
import { isBadRequest, tooLongAnswer } from "./upstream-error.ts";

/** What has ended a body may still be on its way through the SDK's parser. */
const graceMilliseconds = 250;
const goodbyeMilliseconds = 2_000;
/** How often a server that has gone is asked for the rest of an answer. */
const mostAttempts = 3;
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
 * once, or after a few attempts where the upstream lets one come back for the rest; and a session that is
 * closed is ended in the upstream.
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
  /** By the request whose answer may break off: the event after which the rest comes. */
  const resumable = new Map<RequestId, { eventId: string; failures: number }>();
  let isClosed = false;
  const letGo = (id: RequestId) => {
    awaited.delete(id);
    const body = bodies.get(id);
    setTimeout(() => body?.abort(), goodbyeMilliseconds).unref();
  };
  const fail = (id: RequestId, error: { code: number; message: string }) => {
    if (awaited.delete(id)) transport.onmessage?.({ jsonrpc: "2.0", id, error });
  };
  /** Sends a request of the SDK's: a message, a stream to listen to, or the rest of an answer. */
  const fetchPaced = async (id: RequestId | undefined, input: URL, init: RequestInit) => {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(await headersOf())) headers.set(name, value);
    const body = new AbortController();
    if (id !== undefined) bodies.set(id, body);
    const signal = AbortSignal.any([body.signal, ...(init.signal ? [init.signal] : [])]);
    // A redirect would carry these headers to another server.
    const sent = fetch(input, { ...init, signal, headers, redirect: "error" });
    const response = await sent.catch((error) => {
      if (id !== undefined) bodies.delete(id);
      throw error;
    });
    const from = id === undefined ? undefined : resumable.get(id)?.eventId;
    return paceResponse(response, ({ isTooLong }) => {
      if (id === undefined) return;
      bodies.delete(id);
      if (isTooLong) return fail(id, tooLongAnswer);
      const unlessResumable = () => {
        if (resumable.get(id)?.eventId === from) fail(id, brokenOff);
      };
      setTimeout(unlessResumable, graceMilliseconds).unref();
    });
  };
  /** Comes back for the rest of an answer; the SDK would do so for ever. */
  const fetchRest = async (id: RequestId, input: URL, init: RequestInit) => {
    const rest = resumable.get(id);
    if (rest === undefined || !awaited.has(id)) {
      resumable.delete(id);
      return comeNoMore();
    }
    try {
      const response = await fetchPaced(id, input, init);
      if (response.ok) {
        rest.failures = 0;
        return response;
      }
      await response.body?.cancel();
    } catch (error) {
      rest.failures += 1;
      if (rest.failures < mostAttempts) throw error;
    }
    fail(id, brokenOff);
    resumable.delete(id);
    return comeNoMore();
  };
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    reconnectionOptions,
    fetch: async (input, init = {}) => {
      const target = new URL(input);
      if (init.method !== "GET") return await fetchPaced(requestIdOf(init.body), target, init);
      if (isClosed) return comeNoMore();
      const after = new Headers(init.headers).get("last-event-id");
      const [resumed] = [...resumable].find(([, { eventId }]) => eventId === after) ?? [];
      if (resumed !== undefined) return await fetchRest(resumed, target, init);
      return await fetchPaced(undefined, target, init);
    },
  });
  const [send, close] = [transport.send.bind(transport), transport.close.bind(transport)];
  // The SDK calls this before its own handler.
  transport.onmessage = (message) => {
    if ("method" in message || message.id === undefined) return;
    letGo(message.id);
    // After a result the SDK does not come back.
    if ("result" in message) resumable.delete(message.id);
  };
  transport.send = async (message: JSONRPCMessage, options) => {
    if ("method" in message && "id" in message) {
      const { id } = message;
      awaited.add(id);
      const onresumptiontoken = (eventId: string) => {
        const isOpen = awaited.has(id) || resumable.has(id);
        if (isOpen) resumable.set(id, { eventId, failures: 0 });
      };
      await send(message, { ...options, onresumptiontoken }).catch((error) => {
        awaited.delete(id);
        throw error;
      });
    } else await send(message, options);
    if ("method" in message && message.method === "notifications/cancelled") {
      letGo(message.params?.requestId as RequestId);
    }
  };
  transport.close = async () => {
    isClosed = true;
    const saidGoodbye = transport.terminateSession().catch(() => {});
    await Promise.race([saidGoodbye, sleep(goodbyeMilliseconds, null, { ref: false })]);
    await close();
  };
  return transport as Transport;
}

/**
 * Whether an upstream no longer knows the session, so that another one has to be opened. It says so by 404 (MCP
 * 2025-11-25), the reference server by 400. That may also be about the one request alone; a ping tells.
 *
 * @param error what a request in the session failed with
 * @param ping sends a ping in the same session
 */
export async function isSessionLost(
  error: unknown,
  ping: () => Promise<unknown>,
): Promise<boolean> {
  if (!isBadRequest(error)) return isNotFound(error);
  return await ping().then(
    () => false,
    (refusal) => isBadRequest(refusal) || isNotFound(refusal),
  );
}

function isNotFound(error: unknown): boolean {
  return error instanceof StreamableHTTPError && error.code === 404;
}

/** The one answer after which the SDK does not ask for a stream again: that there is none. */
function comeNoMore(): Response {
  return new Response(null, { status: 405 });
}

function requestIdOf(body: unknown): RequestId | undefined {
  if (typeof body !== "string") return undefined;
  const { id, method } = JSON.parse(body) as { id?: RequestId; method?: string };
  return method === undefined ? undefined : id;
}
