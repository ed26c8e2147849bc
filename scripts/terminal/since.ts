import { parseDuration } from "./duration.ts";

/**
 * Reads the value of `--since`: a span of time back, or a date in UTC.
 *
 * @param toError makes the error of the program that was called wrongly
 */
export function parseSince(text: string, now: Date, toError: (message: string) => Error): Date {
  const seconds = parseDuration(text);
  if (seconds !== null) return new Date(now.getTime() - seconds * 1000);
  // A time without a zone would mean another instant here than on the host.
  const isInstant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const instant = new Date(isInstant ? text : Number.NaN);
  if (!Number.isNaN(instant.getTime())) return instant;
  throw toError(
    `--since ${JSON.stringify(text)} is neither a time back (30m, 2h, 1d) nor a date in UTC (2026-11-23T15:00Z)`,
  );
}
