import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "@cleanauth/common/log.ts";
import { createAddressOf, type TrustProxy } from "@cleanauth/common/trust-proxy.ts";
import type { RequestHandler } from "express";
import type { Caller } from "../auth/caller.ts";
import type { Metrics } from "../metrics.ts";

/** What is known about a request while it is answered. */
export class RequestContext {
  readonly requestId: string;
  /** The caller's address: the connection's, or what a trusted proxy says. */
  readonly address: string | undefined;
  /** The path of the route that answers; `other` until one does. */
  route = "other";
  /** Set by the bearer check; absent on routes without one. */
  caller: Caller | undefined;
  /** Why the bearer check turned the request away. */
  refusal: string | undefined;
  /** Whether the answer is a stream that stays open; its duration says nothing. */
  isStream = false;
  /** What is to be called when it is over; null when it is. */
  #ends: (() => void)[] | null = [];
  readonly startedAt = performance.now();
  readonly #parts: TrackingParts;

  constructor(requestId: string, address: string | undefined, parts: TrackingParts) {
    this.requestId = requestId;
    this.address = address;
    this.#parts = parts;
  }

  /**
   * Has something called when the answer is out, or when there is nobody to take it any more. That may
   * be the case already: a client can be gone before its request is understood.
   */
  whenOver(...ends: (() => void)[]): void {
    if (this.#ends !== null) this.#ends.push(...ends);
    else for (const end of ends) end();
  }

  /** Says that it is over. */
  end(): void {
    const ends = this.#ends ?? [];
    this.#ends = null;
    for (const end of ends) end();
  }

  /** The headers that every answer has, names and values in turn. */
  headers(): string[] {
    const all = ["X-Request-Id", this.requestId, ...this.#parts.headers];
    if (this.#parts.isStopping()) all.push("Connection", "close");
    return all;
  }
}

/** On the answer itself: a WeakMap would cost the garbage collector as much as all else of a call. */
const contextKey = Symbol("request context");

type Tracked = ServerResponse & { [contextKey]?: RequestContext };

/** The context of a request that came through {@link trackRequests}. */
export function contextOf(res: Tracked): RequestContext {
  const context = res[contextKey];
  if (context === undefined) throw new Error("A request is answered that nobody tracks");
  return context;
}

/**
 * The caller of a request that passed the bearer check.
 *
 * @throws when there was no bearer check: a route that forgot it answers nothing
 */
export function callerOf(res: ServerResponse): Caller {
  const { caller } = contextOf(res);
  if (caller === undefined) throw new Error("A route without a bearer check asks for its caller");
  return caller;
}

interface TrackingParts {
  readonly trustProxy: TrustProxy;
  /** Headers of every answer, names and values in turn. */
  readonly headers: readonly string[];
  /** Whether the server has begun to stop: connections are not kept for further requests then. */
  readonly isStopping: () => boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Gives every request an id, and writes a line and counts when it is over. The line has the route
 * and not the URL: a query may hold what no log should.
 *
 * @returns called once with each request, before anything else is done with it
 */
export function trackRequests(parts: TrackingParts) {
  // None of what a request's line holds can be a secret, and to look for one costs more than the line.
  const logger = parts.logger.child({}, { redact: [] });
  const addressOf = createAddressOf(parts.trustProxy);
  return (req: IncomingMessage, res: Tracked): RequestContext => {
    const requestId = acceptRequestId(req.headers["x-request-id"]) ?? randomUUID();
    const context = new RequestContext(requestId, addressOf(req), parts);
    res[contextKey] = context;
    res.once("close", () => {
      context.end();
      noteRequest(req, res, context, parts.metrics, logger);
    });
    return context;
  };
}

function noteRequest(
  req: IncomingMessage,
  res: ServerResponse,
  { requestId, startedAt, address, route, caller, refusal, isStream }: RequestContext,
  metrics: Metrics,
  logger: Logger,
): void {
  const durationMilliseconds = performance.now() - startedAt;
  // A status was sent only if the head was; else the client went away first.
  const status = res.headersSent ? res.statusCode : 499;
  const method = req.method ?? "";
  metrics.countRequest(route, method, status, isStream ? null : durationMilliseconds / 1e3);
  // What is undefined is left out of the line.
  const line = {
    requestId,
    method,
    route,
    status,
    durationMilliseconds: Math.round(durationMilliseconds * 10) / 10,
    address,
    path: route === "other" ? pathOf(req).slice(0, 100) : undefined,
    subject: caller?.subject,
    clientId: caller?.clientId,
    refusal,
    isAborted: res.writableFinished ? undefined : true,
  };
  logger.info(line, "request");
}

/** The path of a request's target, without its query. */
export function pathOf({ url = "" }: IncomingMessage): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

/** Names the route for the log and the metrics. */
export function nameRoute(route: string): RequestHandler {
  return (_req, res, next) => {
    contextOf(res).route = route;
    next();
  };
}

/**
 * Takes over an id that a proxy gave, if it cannot do harm in a log line or a header.
 *
 * @param header the value of `X-Request-Id`
 */
export function acceptRequestId(header: string | string[] | undefined): string | null {
  return typeof header === "string" && /^[\w.-]{8,64}$/.test(header) ? header : null;
}
