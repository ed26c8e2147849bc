import type { Socket } from "node:net";

/**
 * Carries what one socket says to the other, both ways. When one is gone, what it had said is still
 * delivered before the other ends.
 */
export function joinSockets(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on("error", () => {}).on("close", () => to.end());
  }
}
