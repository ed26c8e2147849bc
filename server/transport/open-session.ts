import type { Response } from "express";
import { rpcCode, sendRpcError } from "./answers.ts";
import { callerOf } from "./request-context.ts";
import type { Sessions } from "./sessions.ts";

const retryAfterSeconds = 30;

/**
 * Answers a caller for whose new session there is no room.
 *
 * @returns whether there is room; if not, the request is answered
 */
export function requireRoom(sessions: Sessions, res: Response): boolean {
  const noRoom = sessions.findNoRoom(callerOf(res));
  if (noRoom === null) return true;
  res.setHeader("Retry-After", String(retryAfterSeconds));
  if (noRoom === "caller-full") {
    const advice = "You have too many open sessions: end some, or wait until they are idle";
    sendRpcError(res, 429, rpcCode.serverError, advice);
  } else {
    const advice = "The server holds as many sessions as it may: try again later";
    sendRpcError(res, 503, rpcCode.serverError, advice);
  }
  return false;
}
