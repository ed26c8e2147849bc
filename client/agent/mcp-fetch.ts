import { setTimeout as delay } from "node:timers/promises";
import type { AppError } from "@cleanauth/common/app-error.ts";
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { createAllowance } from "../allowance.ts";
import { createExchange, type Exchange, masked } from "../exchange.ts";
import { LocalizedError } from "../localized-error.ts";
import type { TellUser, TokenSource } from "../sign-in/sign-in.ts";
import { stripToLine } from "../terminal-text.ts";
import { boundedResponse, createStreamAllowance } from "./bounded-response.ts";
import {
  floodError,
  notMcpError,
  parseChallenge,
  refusalError,
  unreachableError,
} from "./mcp-refusal.ts";
import { isHttpSse } from "./mcp-url.ts";

/** How much of a refusal's body is read for its reason. */
const reasonBytes = 4096;

/**
 * Makes the `fetch` that the MCP transports use. It adds the access token, to requests to the server's
 * own origin alone; refreshes it once when the server refuses it, and gets
 * one for more scope when the server asks for that; follows no redirect; throws an
 * AppError (`server_…` or `sign_in_…`) for every answer that is no success; and bounds what the server
 * may say and make this program do. After a server that went beyond that, nothing more is sent to it.
 *
 * @param options.serverUrl the server's MCP endpoint
 * @param options.tokens the user's tokens
 * @param options.exchange records the requests that the server refuses, and the first that it does not
 * @param options.onStepUp tells the user where to go on in a browser, when the server asks for more scope
 * @param options.onStreamStart told when a stream begins that is to answer a request
 * @param options.onStreamEnd told when the stream that answers a request ended; `isResumable` when
 *   the server gave ids to its events, so that the transport can take it up again
 * @param options.onFlood told that the server went beyond its bounds
 * @param options.onFailure told every error before it is thrown: the SSE transport keeps it to itself
 */
export function createAuthorizedFetch(options: {
  serverUrl: string;
  tokens: TokenSource;
  exchange?: Exchange;
  onStepUp?: TellUser;
  onStreamStart: (requestId: unknown) => void;
  onStreamEnd: (requestId: unknown, isResumable: boolean) => void;
  onFlood: (error: AppError) => void;
  onFailure: (error: unknown) => void;
}): FetchLike {
  const { serverUrl, tokens, exchange = createExchange() } = options;
  const { origin } = new URL(serverUrl);
  let wasAccepted = false;
  let flood: AppError | undefined;
  const streamed = createStreamAllowance();
  // A server may end its stream as soon as it is opened, and ask for it to be opened again at once.
  const openedStreams = createAllowance(10, 1);
  // It may also ask one thing after the other, and have an answer sent to each.
  const replies = createAllowance(100, 10);

  function tooMuch(): AppError {
    if (flood === undefined) {
      flood = floodError(shownUrl(new URL(serverUrl)));
      options.onFlood(flood);
    }
    return flood;
  }

  async function send(url: URL, init: RequestInit, token: string): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    try {
      const response = await fetch(url, { ...init, headers, redirect: "manual" });
      record(url, init, response);
      return response;
    } catch (error) {
      throw unreachableError(error, shownUrl(url)) ?? error;
    }
  }

  /** Whoever looks on wants to know whether the token was taken, not every call of a long session. */
  function record(url: URL, init: RequestInit, response: Response): void {
    const isRefused = response.status === 401 || response.status === 403;
    if (wasAccepted && !isRefused) return;
    wasAccepted ||= response.ok;
    const what = `${init.method ?? "GET"} ${shownUrl(url)}`;
    const challenge = response.headers.get("www-authenticate");
    exchange("MCP server", what, { authorization: `Bearer ${masked}` })(
      response.ok ? "ok" : "refused",
      String(response.status),
      challenge === null ? {} : { "www-authenticate": challenge },
    );
  }

  async function authorizedFetch(url: URL, init: RequestInit): Promise<Response> {
    if (url.origin !== origin) {
      throw new LocalizedError("server_other_origin", {
        en: [
          `The server wants the token sent to ${url.origin}, which is another one than ${origin}`,
          "Do not use this server; if you trust the other one, give its URL as SERVER_URL.",
        ],
        ko: [
          `서버가 ${origin}이 아닌 ${url.origin}(으)로 토큰을 보내라고 합니다`,
          "이 서버를 쓰지 마세요. 다른 쪽을 신뢰한다면 그 URL을 SERVER_URL로 주세요.",
        ],
      });
    }
    if (flood !== undefined) throw flood;
    if (init.method === "POST" && isReply(init.body) && !replies.take(1)) throw tooMuch();
    if (init.method === "GET" && !openedStreams.take(1)) await delay(1_000);
    const token = await tokens.accessToken();
    let response = await send(url, init, token);
    if (response.status === 401) {
      const fresh = await tokens.accessToken({ refuse: token });
      await response.body?.cancel();
      response = await send(url, init, fresh);
    }
    const scope = missingScope(response);
    const wider = scope === null ? null : await tokens.accessTokenFor(scope, options.onStepUp);
    if (wider !== null) {
      await response.body?.cancel();
      response = await send(url, init, wider);
    }
    return requireSuccess(url, init, response);
  }

  async function requireSuccess(
    url: URL,
    init: RequestInit,
    response: Response,
  ): Promise<Response> {
    const method = init.method ?? "GET";
    const isEventStream = hasMediaType(response, "text/event-stream");
    const isSseStream = method === "GET" && isHttpSse(serverUrl);
    const message = method === "POST" ? parseMessage(init.body) : {};
    if (!response.ok) {
      // A server need not offer a stream of its own, nor let clients end sessions.
      if (response.status === 405 && method !== "POST" && !isSseStream) return response;
      throw refusalError({
        status: response.status,
        url: shownUrl(url),
        opensSession: isSseStream || message.method === "initialize",
        hasSession:
          new Headers(init.headers).has("mcp-session-id") || url.searchParams.has("sessionId"),
        reason: await readReason(response),
        wwwAuthenticate: response.headers.get("www-authenticate"),
        retryAfter: response.headers.get("retry-after"),
        location: response.headers.get("location"),
      });
    }
    const isAnswer = message.id !== undefined && !isHttpSse(serverUrl);
    if (
      isSseStream
        ? !isEventStream
        : isAnswer && !isEventStream && !hasMediaType(response, "application/json")
    ) {
      await response.body?.cancel();
      throw notMcpError(shownUrl(url), {
        en: "it answered with something else than MCP",
        ko: "MCP가 아닌 응답을 보냄",
      });
    }
    const stream = isEventStream ? streamed : null;
    if (!isAnswer || !isEventStream) return boundedResponse(response, { stream, tooMuch });
    options.onStreamStart(message.id);
    const decoder = new TextDecoder();
    let isResumable = false;
    return boundedResponse(response, {
      stream,
      tooMuch,
      onChunk(chunk) {
        isResumable ||= /^id:/m.test(decoder.decode(chunk, { stream: true }));
      },
      onEnd: () => options.onStreamEnd(message.id, isResumable && flood === undefined),
    });
  }

  return async (url, init = {}) => {
    try {
      return await authorizedFetch(new URL(url), init);
    } catch (error) {
      options.onFailure(error);
      throw error;
    }
  };
}

/**
 * The scope that a server asks for because the token has too little.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#scope-challenge-handling
 */
function missingScope({ status, headers }: Response): string | null {
  if (status !== 403) return null;
  const { error, scope } = parseChallenge(headers.get("www-authenticate"));
  return error === "insufficient_scope" ? (scope ?? null) : null;
}

/** Origin and path: a query may hold a session's id. */
function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function hasMediaType(response: Response, type: string): boolean {
  const header = response.headers.get("content-type") ?? "";
  return header.split(";")[0]?.trim().toLowerCase() === type;
}

/** Id and method of the JSON-RPC message that a request carries. */
function parseMessage(body: RequestInit["body"]): { id?: unknown; method?: unknown } {
  if (typeof body !== "string") return {};
  const message = JSON.parse(body) as { id?: unknown; method?: unknown };
  return message.method === undefined ? {} : message;
}

/** Whether a request carries an answer to something that the server asked. */
function isReply(body: RequestInit["body"]): boolean {
  return typeof body === "string" && !("method" in (JSON.parse(body) as object));
}

/** What a refusal's body says, as one line: JSON-RPC's or OAuth's words for it, or a plain text. */
async function readReason(response: Response): Promise<string> {
  const text = await readStart(response).catch(() => "");
  if (hasMediaType(response, "text/plain")) return stripToLine(text);
  try {
    const { error, error_description, message } = JSON.parse(text) as Record<string, unknown>;
    const inner =
      typeof error === "object" && error !== null ? Reflect.get(error, "message") : null;
    // A code is for programs: it is shown where there is nothing else.
    const said = [inner, error_description, message, error];
    const reason = said.find((words) => typeof words === "string");
    return stripToLine(typeof reason === "string" ? reason : "");
  } catch {
    return "";
  }
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length >= reasonBytes) break;
  }
  return text.slice(0, reasonBytes);
}
