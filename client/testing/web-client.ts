import { request } from "node:http";
import type { Socket } from "node:net";
import { createLogger } from "@cleanauth/common/log.ts";
import type { TrustProxy } from "@cleanauth/common/trust-proxy.ts";
import { WebSocket } from "ws";
import type { WebLimits } from "../web/web-limits.ts";
import { startWebServer, type WebServer } from "../web/web-server.ts";
import { createInMemoryServices, type InMemoryServices } from "./in-memory-services.ts";
import { createVirtualTerminal } from "./virtual-terminal.ts";

// A web server with the world in memory, and what talks to it as the page and as strangers do.

export interface StartedServer {
  readonly server: WebServer;
  readonly services: InMemoryServices;
  /** Lines of the log. */
  readonly log: string[];
}

const started: WebServer[] = [];

/** Starts a server on a port of its own. */
export async function startServer(
  limits: Partial<WebLimits> = {},
  trustProxy: TrustProxy = false,
): Promise<StartedServer> {
  const log: string[] = [];
  const services = createInMemoryServices();
  const server = await startWebServer({
    services,
    logger: createLogger("test", { write: (line: string) => void log.push(line) }),
    host: "127.0.0.1",
    port: 0,
    version: "1.2.3",
    limits,
    trustProxy,
  });
  started.push(server);
  return { server, services, log };
}

/** Ends what {@link startServer} started; to be called after each test. */
export async function stopServers(): Promise<void> {
  await Promise.all(started.splice(0).map((server) => server.close("The test is over.")));
}

/** A connection as the page makes it, and the screen that came over it. */
export interface Page {
  readonly closed: Promise<{ code: number; reason: string }>;
  /** The screen as a person would see it. */
  shown(): Promise<string>;
  /** Files that the server sent. */
  files(): readonly string[];
  /** The cookie that came with the connection. */
  setCookie(): string | undefined;
  memory(): Memory;
  /** The server's last message. */
  farewell(): string | undefined;
  /** @param message an object of the protocol, or whatever is to go over the wire as it is */
  send(message: object | string): void;
  /** What the terminal has been told to do. */
  modes(): object;
  ping(): void;
  waitFor(text: string | RegExp): Promise<unknown>;
  /** Reads nothing more, and says nothing of it, as a machine that is gone. */
  fallSilent(): void;
  leave(): void;
  /** Says goodbye, as a program does whose user has had enough. */
  sayGoodbye(): void;
}

export const size = { type: "resize", columns: 80, rows: 24 };
export const input = (data: string) => ({ type: "input", data });

/** Opens a connection, and sends nothing yet but what is given. */
export function connect(server: WebServer, ...first: (object | string)[]): Page {
  return connectAgain(server, null, ...first);
}

/** What a page knows of its screen after the connection broke. */
export interface Memory {
  readonly screen: string;
  readonly cookie: string;
}

/** Opens a connection as a page does that had one before, or for whom a proxy speaks. */
export function connectAgain(
  server: WebServer,
  memory: (Partial<Memory> & { readonly forwardedFor?: string }) | null,
  ...first: (object | string)[]
): Page {
  const query = memory?.screen === undefined ? "" : `?screen=${memory.screen}`;
  const socket = new WebSocket(`ws://localhost:${server.port}/terminal${query}`, {
    headers: {
      origin: `http://localhost:${server.port}`,
      ...(memory?.cookie === undefined ? {} : { cookie: memory.cookie }),
      ...(memory?.forwardedFor === undefined ? {} : { "x-forwarded-for": memory.forwardedFor }),
    },
    family: 4,
  });
  let setCookie: string | undefined;
  let screen: string | undefined;
  let files: string[] = [];
  socket.on("upgrade", ({ headers }) => {
    setCookie = headers["set-cookie"]?.[0];
  });
  const terminal = createVirtualTerminal();
  let farewell: string | undefined;
  const send = (message: object | string) => {
    const isRaw = typeof message === "string" || Buffer.isBuffer(message);
    socket.send(isRaw ? message : JSON.stringify(message));
  };
  socket.on("open", () => first.forEach(send));
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.type === "output") terminal.port.write(message.data);
    if (message.type === "screen") screen = message.id;
    if (message.type === "file") files = [...files, `${message.name}: ${message.text}`];
    if (message.type === "exit") farewell = message.message;
  });
  socket.on("error", () => {});
  return {
    closed: new Promise((resolve) => {
      socket.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
    }),
    shown: async () => (await terminal.rows()).join("\n"),
    farewell: () => farewell,
    files: () => files,
    setCookie: () => setCookie,
    memory: () => ({
      screen: screen ?? "",
      cookie: setCookie?.split(";")[0] ?? memory?.cookie ?? "",
    }),
    send,
    ping: () => socket.ping(),
    modes: () => terminal.xterm.modes,
    waitFor: (text) => terminal.waitFor(text),
    fallSilent: () => void (socket as unknown as { _socket: Socket })._socket.pause(),
    leave: () => socket.terminate(),
    sayGoodbye: () => socket.close(1000),
  };
}

/** Opens a connection and waits for the sign-in form. */
export async function openPage(server: WebServer): Promise<Page> {
  const page = connect(server, size);
  await page.waitFor("Sign in");
  return page;
}

/** The status that answers an attempt to connect, or `opened`. */
export function tryToConnect(
  server: WebServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<number | "opened"> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
  socket.on("error", () => {});
  return new Promise((resolve) => {
    socket.on("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on("open", () => {
      socket.terminate();
      resolve("opened");
    });
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** GET over HTTP; the path goes as it is, without being made proper first. */
export function get(
  server: WebServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { port } = server;
  const options = {
    host: "127.0.0.1",
    port,
    path,
    headers: { host: `localhost:${port}`, ...headers },
  };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (piece) => {
        body += piece;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on("error", reject).end();
  });
}
