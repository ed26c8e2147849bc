import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "@cleanauth/common/log.ts";
import { createAddressOf, type TrustProxy } from "@cleanauth/common/trust-proxy.ts";
import express, { type NextFunction, type Request, type Response } from "express";
import { WebSocketServer } from "ws";
import type { ShownText } from "../chat/language.ts";
import type { Services } from "../services.ts";
import { createConnections } from "./connections.ts";
import { mayConnect, type OwnAddress, ownAddress } from "./own-address.ts";
import { pageRoutes } from "./page-routes.ts";
import { largestMessageBytes } from "./protocol.ts";
import { visitorOf } from "./visitor.ts";
import { defaultLimits, type WebLimits } from "./web-limits.ts";

/** The terminal in the browser, listening. */
export interface WebServer {
  readonly port: number;
  /** How many are connected now. */
  connections(): number;
  /** Tells everyone why, ends their screens, and stops listening. */
  close(message: ShownText): Promise<void>;
}

/**
 * Serves the page, and to each WebSocket at `/terminal` a screen with a sign-in of its own.
 *
 * @param options.services the world
 * @param options.host the address to listen on
 * @param options.port the port; 0 for any
 * @param options.tls certificate chain and key in PEM form; without it, plain HTTP
 * @param options.publicUrl what callers call this host
 * @param options.trustProxy which proxies in front are believed about whom they speak for
 * @param options.version told by `/health`
 * @returns once it listens
 * @throws the system's error, such as EADDRINUSE
 */
export async function startWebServer(options: {
  services: Services;
  logger: Logger;
  host: string;
  port: number;
  version: string;
  tls?: { cert: string; key: string } | undefined;
  publicUrl?: string | undefined;
  trustProxy?: TrustProxy;
  limits?: Partial<WebLimits>;
}): Promise<WebServer> {
  const { services, logger, tls, publicUrl, trustProxy = false } = options;
  const addressOf = createAddressOf(trustProxy);
  const limits = { ...defaultLimits, ...options.limits };
  const connections = createConnections({ services, limits, logger });
  const startedAt = Date.now();
  let address: OwnAddress = { hosts: new Set(), origins: new Set() };

  const app = express();
  app.disable("x-powered-by");
  app.use(
    pageRoutes({
      address: () => address,
      isTls: tls !== undefined,
      health: () => ({
        status: "ok",
        version: options.version,
        uptimeSeconds: Math.floor((Date.now() - startedAt) / 1000),
        connections: connections.count(),
      }),
    }),
  );
  app.use((_request, response) => {
    response.status(404).type("text").send("There is nothing here.\n여기에는 아무것도 없습니다.\n");
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    // A malformed address is the caller's mistake; nothing else fails here.
    response.status(400).type("text").send("That is no request.\n");
  });

  const server =
    tls === undefined
      ? createHttpServer(httpBounds, app)
      : createHttpsServer({ ...httpBounds, ...tls, minVersion: "TLSv1.2" }, app);
  // What is no screen is gone soon; there must be descriptors left for those who are signed in.
  server.maxConnections = limits.connections + mostWithoutScreen;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessageBytes,
    perMessageDeflate: false,
  });
  const isSecure = tls !== undefined || publicUrl?.startsWith("https:") === true;
  const newCookies = new WeakMap<IncomingMessage, string>();
  sockets.on("headers", (headers, request) => {
    const cookie = newCookies.get(request);
    if (cookie !== undefined) headers.push(`Set-Cookie: ${cookie}`);
  });
  let isClosing = false;
  server.on("upgrade", (request, socket, head) => {
    // The client may be gone before it is answered; nothing is left to do then.
    socket.on("error", () => socket.destroy());
    const visitor = visitorOf(request, addressOf(request), isSecure);
    const refusal = isClosing
      ? unavailable
      : refusalOf(request, address, connections.refusal(visitor));
    if (refusal !== null) {
      const { status, reason } = refusal;
      logger.warn({ address: visitor.address, status, reason }, "refused");
      refuse(socket, refusal);
      return;
    }
    if (visitor.newCookie !== null) newCookies.set(request, visitor.newCookie);
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      connections.accept(webSocket, visitor),
    );
  });

  const { port } = await listen(server, options.host, options.port);
  address = ownAddress({ port, isTls: tls !== undefined, publicUrl });
  return {
    port,
    connections: connections.count,
    async close(message) {
      isClosing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await connections.close(message);
      // Whoever has not taken leave by now is not going to.
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Nobody ties a connection up for free; the page's own requests are small and short. */
const httpBounds: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2_000,
};
const mostWithoutScreen = 400;

interface Refusal {
  readonly status: string;
  readonly reason: string;
}

const unavailable: Refusal = { status: "503 Service Unavailable", reason: "shutting down" };

function refusalOf(
  request: IncomingMessage,
  address: OwnAddress,
  crowded: string | null,
): Refusal | null {
  const path = (request.url ?? "").split("?")[0];
  if (path !== "/terminal") return { status: "404 Not Found", reason: "no such endpoint" };
  if (!mayConnect(address, request.headers)) {
    return { status: "403 Forbidden", reason: "foreign Origin or Host" };
  }
  return crowded === null ? null : { status: "429 Too Many Requests", reason: crowded };
}

function refuse(socket: Duplex, { status, reason }: Refusal): void {
  const body = `${reason}\n`;
  // Nobody waits for the other side to hang up as well.
  socket.once("finish", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });
}
