import type { ServerResponse } from "node:http";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "@cleanauth/common/app-error.ts";

/** A request, read whole. */
export interface Request {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** As text; null when it is longer than the limit. */
  readonly body: string | null;
}

/** An answer before it is written to a socket. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

const host = "127.0.0.1";
/** The longest text that any member of the API may have. */
const bodyLimitBytes = 131_072;
const requestTimeoutMilliseconds = 10_000;

/**
 * Listens on loopback, and nowhere else. A request that reached it by another name is turned away:
 * it comes from a page whose name was made to mean this machine (DNS rebinding).
 *
 * @param port 0 for one that is free
 * @param answer decides on each request; `url` is where this listener is reached
 * @returns the URL without a slash at the end, and what ends it at once, open connections included
 * @throws AppError `configuration_port` when it cannot listen there
 */
export async function listen(
  port: number,
  answer: (request: Request, url: string) => Promise<Reply>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer();
  server.requestTimeout = requestTimeoutMilliseconds;
  server.headersTimeout = requestTimeoutMilliseconds;
  // Longer than a client may be busy with arithmetic in between.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(port, error)));
    server.listen(port, host, resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  const url = `http://${host}:${taken}`;
  const names = new Set([`${host}:${taken}`, `localhost:${taken}`]);
  server.on("request", (request, response) => {
    const isKnownHost = names.has(request.headers.host?.toLowerCase() ?? "");
    const replied = isKnownHost
      ? readRequest(request).then((read) => answer(read, url))
      : Promise.resolve(foreignHost());
    replied.then(
      (reply) => write(request, response, reply),
      // The caller went away in the middle of the request: there is nobody left to answer.
      () => response.destroy(),
    );
  });
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An answer in JSON. */
export function jsonReply(status: number, body: object, headers: Reply["headers"] = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

function foreignHost(): Reply {
  return jsonReply(403, { message: "Forbidden: this Host is not served here" });
}

async function readRequest(request: IncomingMessage): Promise<Request> {
  const target = request.url ?? "/";
  const queryStart = target.indexOf("?");
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  return {
    method: request.method ?? "GET",
    path: queryStart < 0 ? target : target.slice(0, queryStart),
    query: new URLSearchParams(queryStart < 0 ? "" : target.slice(queryStart + 1)),
    headers: request.headers,
    body: hasBody ? await readBody(request) : "",
  };
}

/** @returns the body as text, or null as soon as it is longer than the limit */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers["content-length"] ?? 0) > bodyLimitBytes) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > bodyLimitBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function write(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const length = { "content-length": String(Buffer.byteLength(reply.body)) };
  // What was not read of the body would be taken for the next request.
  const unread = !request.complete && { connection: "close" };
  response.writeHead(reply.status, { ...reply.headers, ...length, ...unread } as Record<
    string,
    string | string[]
  >);
  response.end(request.method === "HEAD" ? undefined : reply.body);
  request.resume();
}

function cannotListen(port: number, error: NodeJS.ErrnoException): AppError {
  return new AppError(
    "configuration_port",
    `The Cognito stand-in cannot listen on ${host}:${port}: ${error.code ?? error.message}`,
    "End the program that has the port, or choose another one.",
    { cause: error },
  );
}
