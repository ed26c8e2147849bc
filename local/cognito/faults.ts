import { z } from "zod";

const upOrDown = z.enum(["up", "down"]);

/** What goes wrong on demand. */
export const faultSettings = z.strictObject({
  /** The API for users: 503 while it is down. */
  api: upOrDown,
  /** The key set and the discovery document: 503 while they are down. */
  documents: upOrDown,
  /** How long every answer takes longer. */
  latencyMilliseconds: z.int().min(0).max(60_000),
  /** How many of the next calls of the API are answered with `TooManyRequestsException`. */
  throttledCalls: z.int().min(0).max(10_000),
});

export type Faults = z.output<typeof faultSettings>;

export function noFaults(): Faults {
  return { api: "up", documents: "up", latencyMilliseconds: 0, throttledCalls: 0 };
}
