import type { ServerResponse } from "node:http";
import type { Caller } from "../auth/caller.ts";
import { rpcCode, sendRpcError } from "./answers.ts";
import { callerOf } from "./request-context.ts";

/** Bounds what one caller may ask for in a minute. Stands behind the bearer check. */
export type RateLimit = (res: ServerResponse) => boolean;

const windowMilliseconds = 60_000;

/**
 * Counts requests in windows of a minute that are the same for everybody, so that all that has to be
 * kept is a number for each caller of the present one.
 *
 * @param perMinute requests that one user may make through one app client; 0 is off
 * @param now milliseconds that no change of the clock moves
 * @returns answers whether the caller may go on; if not, the request is answered
 */
export function createRateLimit(
  perMinute: number,
  now: () => number = () => performance.now(),
): RateLimit {
  if (perMinute === 0) return () => true;
  const counts = new Map<string, number>();
  let windowEnds = now() + windowMilliseconds;
  return (res) => {
    const at = now();
    if (at >= windowEnds) {
      counts.clear();
      windowEnds = at + windowMilliseconds;
    }
    const caller = keyOf(callerOf(res));
    const count = (counts.get(caller) ?? 0) + 1;
    counts.set(caller, count);
    if (count <= perMinute) return true;
    const problem = `Too Many Requests: more than ${perMinute} in a minute`;
    const retryAfter = ["Retry-After", String(Math.ceil((windowEnds - at) / 1000))];
    sendRpcError(res, 429, rpcCode.serverError, problem, null, retryAfter);
    return false;
  };
}

/** JSON keeps the two apart, whatever characters they hold. */
function keyOf({ subject, clientId }: Caller): string {
  return JSON.stringify([subject, clientId]);
}
