import type { Logger } from "@cleanauth/common/log.ts";
import type { WebSocket } from "ws";
import type { Services } from "../services.ts";
import { type RunningScreen, runScreen } from "../terminal/run-screen.ts";
import { openSocketPort, type SocketPort } from "./socket-port.ts";
import type { WebLimits } from "./web-limits.ts";

/** All who are connected. Each has a screen and a sign-in of their own. */
export interface Connections {
  count(): number;
  /** Why another connection from an address is not taken; null when it is. */
  refusal(address: string): string | null;
  /** Gives a connection its screen. */
  accept(socket: WebSocket, address: string): void;
  /** Ends them all, with a last message, and resolves when everything of theirs is put away. */
  close(message: string): Promise<void>;
}

/**
 * Makes the place where connections are kept.
 *
 * @param options.services the world
 * @param options.limits what connections may do
 * @param options.logger told who comes and goes, never what is typed or shown
 */
export function createConnections(options: {
  services: Services;
  limits: WebLimits;
  logger: Logger;
}): Connections {
  const { services, limits, logger } = options;
  const open = new Map<WebSocket, { address: string; end: (message: string) => Promise<void> }>();
  let lastId = 0;

  function accept(socket: WebSocket, address: string): void {
    lastId += 1;
    const log = logger.child({ connection: lastId, address });
    const openedAt = Date.now();
    let screen: RunningScreen | undefined;
    let port: SocketPort | null = null;
    let reason = "closed by the other side";

    const end = async (message: string) => {
      reason = message;
      const closing = screen?.close();
      port?.end(message);
      if (port === null) socket.close();
      await Promise.all([closing, untilClosed(socket)]);
    };
    open.set(socket, { address, end });
    log.info("connection opened");

    const stopWatching = watch(socket, limits, {
      isIdle: () => {
        const since = screen?.lastInputAt() ?? openedAt;
        return Date.now() - since > limits.idleSeconds * 1000;
      },
      onIdle: () => void end("Nothing was typed for a while, so this screen was closed."),
      onGone: (why) => {
        reason = why;
        socket.terminate();
      },
    });
    // Oversized frames and broken ones end up here; ws closes the connection by itself.
    socket.on("error", (error) => {
      reason = error.message;
    });
    socket.once("close", () => {
      stopWatching();
      open.delete(socket);
      const seconds = Math.round((Date.now() - openedAt) / 1000);
      log.info({ reason, seconds }, "connection closed");
    });

    void run();
    async function run(): Promise<void> {
      port = await openSocketPort(socket, limits);
      if (port === null) return;
      screen = runScreen({ port, services });
      await screen.ended;
      if (reason === "closed by the other side") reason = "the user left";
      port.end("You have left, and your sign-in here is over.");
    }
  }

  return {
    count: () => open.size,
    refusal(address) {
      if (open.size >= limits.connections) return "too many connections";
      const same = [...open.values()].filter((connection) => connection.address === address);
      return same.length >= limits.connectionsPerAddress ? "too many connections from there" : null;
    },
    accept,
    async close(message) {
      await Promise.all([...open.values()].map((connection) => connection.end(message)));
    },
  };
}

/** Resolves when the other side has said goodbye too, or has had the time to. */
function untilClosed(socket: WebSocket): Promise<void> {
  if (socket.readyState === socket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, farewellMilliseconds);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const farewellMilliseconds = 1_000;

/** Looks after a connection: whether it is used, still there, and reads what is sent to it. */
function watch(
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
  return Math.min(5_000, limits.idleSeconds * 250, limits.slowReaderSeconds * 250);
}
