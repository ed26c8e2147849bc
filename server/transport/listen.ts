import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type Server, type ServerOptions } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { Server as NetServer, type Socket } from "node:net";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { ServerConfig } from "../config.ts";

/** Bounds on what a client may send and how slowly, so that nobody ties a connection up for free. */
const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  // The system asks a peer that says nothing whether it is still there.
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
} satisfies ServerOptions;

/** An HTTP server, and those of its connections on which no request has come yet. */
export interface Listener {
  readonly server: Server;
  readonly unused: ReadonlySet<Socket>;
  /** Whether it is being closed: a connection is not to be kept for further requests then. */
  isClosing: boolean;
}

/**
 * Makes the HTTP server, with TLS when it is configured.
 *
 * @param bounds in place of the usual ones
 * @throws AppError `configuration_tls_unusable`
 */
export function createListener(tls: ServerConfig["tls"], bounds: ServerOptions = {}): Listener {
  const options = { ...limits, ...bounds };
  const server =
    tls === null ? createHttpServer(options) : createTlsServer(tls.certFile, tls.keyFile, options);
  // Node would drop the headers past a number before anything looks at them; their size is bounded.
  server.maxHeadersCount = 0;
  // Whoever neither takes nor sends anything is gone; a stream is written to more often than that.
  server.timeout = silenceMilliseconds;
  boundRequestsAhead(server);
  const unused = new Set<Socket>();
  server.on(tls === null ? "connection" : "secureConnection", (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  server.on("request", (req) => unused.delete(req.socket));
  return { server, unused, isClosing: false };
}

/** The client waits a minute for a tool, and gives up. */
const silenceMilliseconds = 120_000;

/** How many requests may wait on a connection for the answer before theirs. */
const maximumAhead = 8;

/**
 * Cuts off whoever sends very many requests without waiting for an answer: Node hands all of them on
 * at once, and keeps their answers in memory until the first ones are read.
 */
function boundRequestsAhead(server: Server): void {
  const ahead = new WeakMap<Socket, number>();
  server.prependListener("request", (req, res) => {
    // An answer has no socket while another one has it.
    if (res.socket !== null) return;
    const { socket } = req;
    const count = (ahead.get(socket) ?? 0) + 1;
    ahead.set(socket, count);
    if (count > maximumAhead) socket.destroy();
    res.once("close", () => ahead.set(socket, (ahead.get(socket) ?? 1) - 1));
  });
}

function createTlsServer(certFile: string, keyFile: string, options: ServerOptions): Server {
  const unreadable: string[] = [];
  const read = (name: string, path: string) => {
    try {
      return readFileSync(path);
    } catch (error) {
      unreadable.push(`${name} (${path}: ${codeOf(error)})`);
      return Buffer.alloc(0);
    }
  };
  const cert = read("TLS_CERT_FILE", certFile);
  const key = read("TLS_KEY_FILE", keyFile);
  if (unreadable.length > 0) {
    throw new AppError(
      "configuration_tls_unusable",
      `Cannot read ${unreadable.join(" and ")}`,
      "Give the paths of PEM files that this user may read.",
    );
  }
  try {
    return createHttpsServer({ ...options, cert, key, minVersion: "TLSv1.2" });
  } catch (error) {
    throw new AppError(
      "configuration_tls_unusable",
      `TLS_CERT_FILE ${certFile} and TLS_KEY_FILE ${keyFile} cannot be used: ${codeOf(error)}`,
      "Give a certificate and its own private key, both in PEM.",
      { cause: error },
    );
  }
}

/**
 * Begins to listen.
 *
 * @param variable the name of the setting that the port is from, for the error
 * @param onListening called with the port before any connection is taken
 * @returns the port
 * @throws AppError `configuration_port_taken` or `configuration_cannot_listen`
 */
export async function listen(
  { server }: Listener,
  at: { readonly host: string; readonly port: number; readonly variable: string },
  onListening: (port: number) => void,
): Promise<number> {
  const { host, port, variable } = at;
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port, variable)));
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === "string") return;
      try {
        onListening(address.port);
        resolve(address.port);
      } catch (error) {
        reject(error);
      }
    });
  });
}

function listenError(error: Error, host: string, port: number, variable: string): AppError {
  const code = codeOf(error);
  if (code === "EADDRINUSE") {
    return new AppError(
      "configuration_port_taken",
      `Port ${port} on ${host} is taken by another program`,
      `End that program, or set ${variable} to another port.`,
      { cause: error },
    );
  }
  return new AppError(
    "configuration_cannot_listen",
    `Cannot listen on port ${port} of ${host}: ${code}`,
    `Set HOST to an address of this machine and ${variable} to a port that this user may open.`,
    { cause: error },
  );
}

function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}

/** A connection that has just been made is about to carry a request. */
const unusedGraceMilliseconds = 500;
/** Long enough for a client that is at work to use each of its connections once more. */
const idleGraceMilliseconds = 1_500;

/**
 * Stops taking connections and waits for those that are open; what is left after a while is cut off.
 *
 * From the first moment on each answer says that its connection ends with it, and only then, after a
 * while, are idle connections ended. To end them at once would be to close one on which a client is
 * just sending its next request.
 *
 * @param milliseconds the longest wait
 */
export async function closeListener(listener: Listener, milliseconds: number): Promise<void> {
  const { server, unused } = listener;
  listener.isClosing = true;
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    const startedAt = performance.now();
    const idleGrace = Math.min(idleGraceMilliseconds, milliseconds);
    // A kept-alive connection becomes idle when its last answer is out, and would stay open then.
    const sweep = setInterval(() => {
      if (performance.now() - startedAt >= idleGrace) server.closeIdleConnections();
    }, 20);
    // Node counts a connection without any request as active, and clients open some in advance.
    const grace = setTimeout(
      () => {
        for (const socket of unused) socket.destroy();
      },
      Math.min(unusedGraceMilliseconds, milliseconds),
    );
    const cutOff = setTimeout(() => server.closeAllConnections(), milliseconds);
    // An HTTP server's own close() ends idle connections at once.
    NetServer.prototype.close.call(server, () => {
      clearInterval(sweep);
      clearTimeout(grace);
      clearTimeout(cutOff);
      resolve();
    });
  });
}
