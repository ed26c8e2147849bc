import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "@cleanauth/common/app-error.ts";
import { CognitoError } from "../cognito-error.ts";
import type { UserPool } from "../user-pool.ts";
import { answerDocument, notUnderstood } from "./discovery.ts";
import { answerCall, errorReply, type Reply } from "./json-protocol.ts";

const host = "127.0.0.1";
/** The longest text that any member of the API may have. */
const bodyLimitBytes = 131_072;
const requestTimeoutMilliseconds = 10_000;

/**
 * Serves a pool on loopback, and nowhere else.
 *
 * @param port 0 for one that is free
 * @returns its URL without a slash at the end, and what ends it at once, open connections included
 * @throws AppError `configuration_port` when it cannot listen there
 */
export async function serveUserPool(
  pool: UserPool,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer();
  server.requestTimeout = requestTimeoutMilliseconds;
  server.headersTimeout = requestTimeoutMilliseconds;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(port, error)));
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  server.on("request", (request, response) => {
    answer(pool, request, url).then(
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

async function answer(pool: UserPool, request: IncomingMessage, url: string): Promise<Reply> {
  const path = (request.url ?? "").split("?", 1).join("");
  if (request.method === "GET" || request.method === "HEAD") {
    return answerDocument(pool, path, url) ?? notUnderstood();
  }
  if (request.method !== "POST" || path !== "/") return notUnderstood();
  const body = await readBody(request);
  if (body === null) {
    return errorReply(
      new CognitoError("RequestEntityTooLargeException", "Request is too large", 413),
    );
  }
  const target = request.headers["x-amz-target"];
  return answerCall(pool, {
    contentType: request.headers["content-type"],
    target: Array.isArray(target) ? undefined : target,
    body,
  });
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
  const headers = { ...reply.headers, "content-length": String(Buffer.byteLength(reply.body)) };
  // What was not read of the body would be taken for the next request.
  const unread = !request.complete && { connection: "close" };
  response.writeHead(reply.status, { ...headers, ...unread });
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
