import type { ServerResponse } from "node:http";
import { rpcCode, sendRpcError } from "./answers.ts";
import { callerOf } from "./request-context.ts";
import type { Sessions } from "./sessions.ts";

const retryAfter = ["Retry-After", "30"];

/**
 * Answers a caller for whose new session there is no room.
 *
 * @returns whether there is room; if not, the request is answered
 */
export function requireRoom(sessions: Sessions, res: ServerResponse): boolean {
  const noRoom = sessions.findNoRoom(callerOf(res));
  if (noRoom === null) return true;
  if (noRoom === "caller-full") {
    const advice = "You have too many open sessions: end some, or wait until they are idle";
    sendRpcError(res, 429, rpcCode.serverError, advice, null, retryAfter);
  } else {
    const advice = "The server holds as many sessions as it may: try again later";
    sendRpcError(res, 503, rpcCode.serverError, advice, null, retryAfter);
  }
  return false;
}
