import { setTimeout as sleep } from "node:timers/promises";
import { CognitoError } from "../cognito-error.ts";
import type { UserPool } from "../user-pool.ts";
import { answerControl } from "./control.ts";
import { answerDocument, notUnderstood } from "./discovery.ts";
import { answerCall, errorReply } from "./json-protocol.ts";
import { listen, type Reply, type Request } from "./listener.ts";

/**
 * Serves a pool's API and its discovery documents.
 *
 * @param domainUrl where the pool's own pages are, for the discovery document
 * @param port 0 for one that is free
 * @throws AppError `configuration_port` when it cannot listen there
 */
export function serveUserPool(
  pool: UserPool,
  domainUrl: string,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  return listen(port, (request, url) => answer(pool, request, { url, domainUrl }));
}

async function answer(
  pool: UserPool,
  request: Request,
  places: { url: string; domainUrl: string },
): Promise<Reply> {
  if (request.path.startsWith("/control")) return answerControl(pool, request);
  await sleep(pool.faults.latencyMilliseconds);
  const { method, path } = request;
  if (method === "GET" || method === "HEAD") {
    if (pool.faults.documents === "down") return unavailable();
    return answerDocument(pool, path, places) ?? notUnderstood();
  }
  if (method !== "POST" || path !== "/") return notUnderstood();
  return pool.faults.api === "down" ? unavailable() : answerApi(pool, request);
}

async function answerApi(pool: UserPool, { headers, body }: Request): Promise<Reply> {
  if (pool.faults.throttledCalls > 0) {
    pool.faults.throttledCalls -= 1;
    return errorReply(new CognitoError("TooManyRequestsException", "Too many requests"));
  }
  if (body === null) {
    return errorReply(
      new CognitoError("RequestEntityTooLargeException", "Request is too large", 413),
    );
  }
  const target = headers["x-amz-target"];
  return answerCall(pool, {
    contentType: headers["content-type"],
    target: Array.isArray(target) ? undefined : target,
    body,
  });
}

function unavailable(): Reply {
  return { status: 503, headers: { "content-type": "text/plain" }, body: "Service Unavailable" };
}
