import type { Logger } from "@cleanauth/common/log.ts";
import type { WebSocket } from "ws";
import { inLanguage, type ShownText } from "../chat/language.ts";
import { farewellTexts } from "../chat/texts/farewell-texts.ts";
import type { Services } from "../services.ts";
import { type RunningScreen, runScreen } from "../terminal/run-screen.ts";
import { createAddressAllowances } from "./address-allowances.ts";
import { createAttemptLimit, withLimitedSignIn } from "./attempt-limit.ts";
import { createMovablePort, type MovablePort } from "./movable-port.ts";
import { closeCodes, openSocketPort, type SocketPort } from "./socket-port.ts";
import { isSameBrowser, newScreenId, type Visitor } from "./visitor.ts";
import { watchSocket } from "./watch-socket.ts";
import type { WebLimits } from "./web-limits.ts";

/** All who are connected. Each has a screen and a sign-in of their own. */
export interface Connections {
  count(): number;
  /** Why a visitor's connection is not taken; null when it is. */
  refusal(visitor: Visitor): string | null;
  /** Gives a connection its screen: a new one, or the one that its browser had before. */
  accept(socket: WebSocket, visitor: Visitor): void;
  /** Ends them all, with a last message, and resolves when everything of theirs is put away. */
  close(message: ShownText): Promise<void>;
}

/** A chat, and where it is shown now. */
interface Screen {
  readonly id: string;
  visitor: Visitor;
  readonly port: MovablePort;
  readonly running: RunningScreen;
  /** Null while its browser is away. */
  shownAt: SocketPort | null;
  /** Ends it when its browser does not come back. */
  expiry: NodeJS.Timeout | undefined;
}

/**
 * Makes the place where connections and their screens are kept. A screen whose connection broke waits
 * for its browser for a while: it is found by its id, and only together with the browser's cookie.
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
  const sockets = new Map<
    WebSocket,
    { visitor: Visitor; end: (why: ShownText) => Promise<void> }
  >();
  const screens = new Map<string, Screen>();
  const attempts = createAttemptLimit({
    burst: limits.signInBurst,
    perMinute: limits.signInsPerMinute,
  });
  const openings = createAddressAllowances({
    burst: limits.connectionBurst,
    perMinute: limits.connectionsPerMinute,
  });
  let lastConnection = 0;

  function accept(socket: WebSocket, visitor: Visitor): void {
    lastConnection += 1;
    const log = logger.child({ connection: lastConnection, address: visitor.address });
    const openedAt = Date.now();
    let screen: Screen | undefined;
    let port: SocketPort | null = null;
    let reason = "closed by the other side";

    const end = async (message: ShownText) => {
      reason = inLanguage(message, "en");
      const closing = screen?.shownAt === port ? screen?.running.close() : undefined;
      port?.end(inLanguage(message, screen?.running.language() ?? visitor.language));
      if (port === null) socket.close();
      await Promise.all([closing, untilClosed(socket)]);
    };
    sockets.set(socket, { visitor, end });
    log.info("connection opened");

    const stopWatching = watchSocket(socket, limits, {
      isIdle: () => {
        const now = Date.now();
        const since = screen?.running.lastInputAt() ?? openedAt;
        const signedOutSince = screen?.running.signedOutSince() ?? now;
        return (
          now - since > limits.idleSeconds * 1000 ||
          now - signedOutSince > limits.signInSeconds * 1000
        );
      },
      onIdle: () => void end(farewellTexts.idle),
      onGone: (why) => {
        reason = why;
        socket.terminate();
      },
    });
    // Oversized frames and broken ones end up here; ws closes the connection by itself.
    socket.on("error", (error) => {
      reason = error.message;
    });
    socket.once("close", (code) => {
      stopWatching();
      sockets.delete(socket);
      // Who says goodbye does not come back, as `make attach` does; a page that is closed may.
      if (code === closeCodes.done && screen?.shownAt === port) void screen?.running.close();
      const seconds = Math.round((Date.now() - openedAt) / 1000);
      log.info({ reason, seconds }, "connection closed");
    });

    void show();
    async function show(): Promise<void> {
      port = await openSocketPort(socket, limits);
      if (port === null) return;
      screen = screenOf(visitor, port);
      if (screen === undefined) {
        screen = createScreen(visitor, port);
        void screen.running.ended.then(() => {
          if (reason === "closed by the other side") reason = "the user left";
        });
      }
      if (visitor.browser !== null) port.tellScreen(screen.id);
    }
  }

  /** The screen that a visitor had before, shown here from now on. */
  function screenOf(visitor: Visitor, port: SocketPort): Screen | undefined {
    const found = screens.get(visitor.screen ?? "");
    if (found === undefined || !isSameBrowser(found.visitor, visitor)) return undefined;
    clearTimeout(found.expiry);
    const before = found.shownAt;
    found.shownAt = port;
    found.visitor = visitor;
    found.port.moveTo(port);
    before?.end(farewellTexts.elsewhere[found.running.language()]);
    return found;
  }

  function createScreen(visitor: Visitor, first: SocketPort): Screen {
    makeRoom(visitor.address);
    const port = createMovablePort(first, () => leave(screen));
    const limited = withLimitedSignIn(services, attempts, () => screen.visitor.address);
    const running = runScreen({ port, services: limited, language: visitor.language });
    const screen: Screen = {
      id: newScreenId(),
      visitor,
      port,
      running,
      shownAt: first,
      expiry: undefined,
    };
    const openedAt = running.lastInputAt();
    screens.set(screen.id, screen);
    void running.ended.then(() => {
      clearTimeout(screen.expiry);
      screens.delete(screen.id);
      screen.shownAt?.end(farewellTexts.left[running.language()]);
    });
    return screen;

    /** The connection is gone. Where nothing was typed, there is nothing to come back to. */
    function leave(left: Screen): void {
      left.shownAt = null;
      // Its user left; a timer would only hold on to it.
      if (!screens.has(left.id)) return;
      const isWorthKeeping = left.visitor.browser !== null && running.lastInputAt() > openedAt;
      if (!isWorthKeeping) return void running.close();
      left.expiry = setTimeout(() => void running.close(), limits.keepSeconds * 1000);
    }
  }

  /** Screens whose browser is away give way to one that somebody is in front of. */
  function makeRoom(address: string): void {
    const all = [...screens.values()];
    const there = all.filter(({ visitor }) => visitor.address === address);
    for (const [crowd, most] of [
      [there, limits.connectionsPerAddress],
      [all, limits.connections],
    ] as const) {
      const away = crowd.find(({ id, shownAt }) => shownAt === null && screens.has(id));
      if (crowd.length < most || away === undefined) continue;
      screens.delete(away.id);
      void away.running.close();
    }
  }

  return {
    count: () => sockets.size,
    refusal(visitor) {
      const { address } = visitor;
      if (!openings.take(address)) return "too many connections in a short time from there";
      // Whose screen is here already takes no place from anybody.
      const own = screens.get(visitor.screen ?? "");
      if (own !== undefined && isSameBrowser(own.visitor, visitor)) return null;
      if (sockets.size >= limits.connections) return "too many connections";
      const open = [...sockets.values()].filter((each) => each.visitor.address === address);
      return open.length >= limits.connectionsPerAddress ? "too many connections from there" : null;
    },
    accept,
    async close(message) {
      const away = [...screens.values()].filter(({ shownAt }) => shownAt === null);
      await Promise.all([
        ...[...sockets.values()].map(({ end }) => end(message)),
        ...away.map(({ running }) => running.close()),
      ]);
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
