import type { Response } from "express";
import { type Caller, millisecondsToExpiry } from "../auth/caller.ts";

/** What a timer of Node can wait at most: some 24 days. */
const longestTimerMilliseconds = 2 ** 31 - 1;
const graceMilliseconds = 5_000;

/**
 * Ends a stream when the token that it was opened with expires.
 *
 * @param res the stream
 * @param caller whose token it is
 * @param end ends the stream in the way of its protocol; a peer that does not take even that is cut
 *   off some seconds later
 */
export function endAtTokenExpiry(res: Response, caller: Caller, end: () => void): void {
  let cutOff: NodeJS.Timeout | undefined;
  const timer = setTimeout(
    () => {
      end();
      cutOff = setTimeout(() => res.destroy(), graceMilliseconds).unref();
    },
    Math.min(millisecondsToExpiry(caller, Date.now()), longestTimerMilliseconds),
  ).unref();
  res.once("close", () => {
    clearTimeout(timer);
    clearTimeout(cutOff);
  });
}
