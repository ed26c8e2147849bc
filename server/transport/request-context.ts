import { randomUUID } from "node:crypto";
import { isIP } from "node:net";
import type { Logger } from "@cleanauth/common/log.ts";
import type { RequestHandler, Response } from "express";
import type { Caller } from "../auth/caller.ts";
import type { Metrics } from "../metrics.ts";

/** What is known about a request while it is answered. */
export interface RequestContext {
  readonly requestId: string;
  /** The path of the route that answers; `other` until one does. */
  route: string;
  /** Set by the bearer check; absent on routes without one. */
  caller?: Caller;
  /** Why the bearer check turned the request away. */
  refusal?: string;
  /** Whether the answer is a stream that stays open; its duration says nothing. */
  isStream: boolean;
}

/** The context of a request that went through {@link trackRequests}. */
export function contextOf(res: Response): RequestContext {
  return res.locals.context as RequestContext;
}

/**
 * The caller of a request that passed the bearer check.
 *
 * @throws when there was no bearer check: a route that forgot it answers nothing
 */
export function callerOf(res: Response): Caller {
  const { caller } = contextOf(res);
  if (caller === undefined) throw new Error("A route without a bearer check asks for its caller");
  return caller;
}

/**
 * Gives every request an id, and writes a line and counts when it is over. The line has the route
 * and not the URL: a query may hold what no log should.
 */
export function trackRequests(logger: Logger, metrics: Metrics): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now();
    const context: RequestContext = {
      requestId: acceptRequestId(req.headers["x-request-id"]) ?? randomUUID(),
      route: "other",
      isStream: false,
    };
    res.locals.context = context;
    res.setHeader("X-Request-Id", context.requestId);
    res.once("close", () => {
      const durationMilliseconds = performance.now() - startedAt;
      const { requestId, route, caller, refusal, isStream } = context;
      // A status was sent only if the head was; else the client went away first.
      const status = res.headersSent ? res.statusCode : 499;
      metrics.countRequest(route, req.method, status, isStream ? null : durationMilliseconds / 1e3);
      logger.info(
        {
          requestId,
          method: req.method,
          route,
          status,
          durationMilliseconds: Math.round(durationMilliseconds * 10) / 10,
          // A trusted proxy may have passed on anything for an address.
          address: isIP(req.ip ?? "") === 0 ? req.socket.remoteAddress : req.ip,
          ...(route === "other" && { path: req.path.slice(0, 100) }),
          ...(caller !== undefined && { subject: caller.subject, clientId: caller.clientId }),
          ...(refusal !== undefined && { refusal }),
          ...(!res.writableFinished && { isAborted: true }),
        },
        "request",
      );
    });
    next();
  };
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
