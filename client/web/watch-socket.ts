import type { WebSocket } from "ws";
import type { WebLimits } from "./web-limits.ts";

/** Looks after a connection: whether it is used, still there, and reads what is sent to it. */
export function watchSocket(
  socket: WebSocket,
  limits: WebLimits,
  handlers: { isIdle: () => boolean; onIdle: () => void; onGone: (why: string) => void },
): () => void {
  let isAlive = true;
  let behindSince: number | null = null;
  socket.on("pong", () => {
    isAlive = true;
  });
  const pings = setInterval(() => {
    if (!isAlive) return handlers.onGone("no answer to a ping");
    isAlive = false;
    socket.ping();
  }, limits.pingSeconds * 1000);
  const checks = setInterval(() => {
    if (handlers.isIdle()) return handlers.onIdle();
    if (socket.bufferedAmount < limits.backlogBytes) behindSince = null;
    else behindSince ??= Date.now();
    const isTooSlow =
      behindSince !== null && Date.now() - behindSince > limits.slowReaderSeconds * 1000;
    if (isTooSlow) handlers.onGone("too slow to read what was sent");
  }, checkMilliseconds(limits));
  return () => {
    clearInterval(pings);
    clearInterval(checks);
  };
}

function checkMilliseconds(limits: WebLimits): number {
  return Math.min(
    5_000,
    limits.idleSeconds * 250,
    limits.signInSeconds * 250,
    limits.slowReaderSeconds * 250,
  );
}
