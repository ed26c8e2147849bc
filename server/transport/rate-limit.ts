import type { RequestHandler } from "express";
import { MemoryStore, rateLimit } from "express-rate-limit";
import { rpcCode, sendRpcError } from "./answers.ts";
import { callerOf } from "./request-context.ts";

/** Bounds what one caller may ask for in a minute. Stands behind the bearer check. */
export interface RateLimit {
  readonly handler: RequestHandler;
  close(): void;
}

/**
 * @param perMinute requests that one user may make through one app client; 0 is off
 */
export function createRateLimit(perMinute: number): RateLimit {
  if (perMinute === 0) return { handler: (_req, _res, next) => next(), close() {} };
  const store = new MemoryStore();
  const handler = rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    store,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    keyGenerator(_req, res) {
      const { subject, clientId } = callerOf(res);
      return JSON.stringify([subject, clientId]);
    },
    handler(_req, res) {
      const problem = `Too Many Requests: more than ${perMinute} in a minute`;
      sendRpcError(res, 429, rpcCode.serverError, problem);
    },
  });
  return { handler, close: () => store.shutdown() };
}
