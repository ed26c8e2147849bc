import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { answerControl } from "./control.ts";
import { converseBodyOf, converseEvents } from "./converse-events.ts";
import { encodeException } from "./event-stream.ts";
import { ConnectionCut, type FaultQueue, refusalOf, strike } from "./faults.ts";
import type { AnyRequest, AnyResponse } from "./listener.ts";
import { parseRequest } from "./parse-request.ts";
import { readBody } from "./read-body.ts";
import type { Model } from "./reply.ts";
import { ServiceError } from "./service-error.ts";

/**
 * Answers the requests of the Bedrock runtime's two Converse operations, and of the control endpoint.
 *
 * @param model what answers
 * @param faults what strikes instead, when something waits
 */
export function createBedrockHandler(
  model: Model,
  faults: FaultQueue,
): (request: AnyRequest, response: AnyResponse) => void {
  return (request, response) => {
    const abort = new AbortController();
    response.once("close", () => abort.abort());
    answer(request, response, { model, faults, signal: abort.signal }).catch((error: unknown) => {
      if (abort.signal.aborted) return;
      if (error instanceof ConnectionCut) cutConnection(response);
      else sendError(response, error);
    });
  };
}

async function answer(
  request: AnyRequest,
  response: AnyResponse,
  { model, faults, signal }: { model: Model; faults: FaultQueue; signal: AbortSignal },
): Promise<void> {
  const startedAtMilliseconds = Date.now();
  requireLoopbackHost(request);
  const path = (request.url ?? "/").replace(/\?.*$/s, "");
  if (path === "/control/faults") {
    const { status, body } = answerControl(request.method ?? "", await readBody(request), faults);
    return sendJson(response, status, body);
  }
  const route = /^\/model\/(.+)\/(converse|converse-stream)$/.exec(path);
  if (route === null || request.method !== "POST") {
    throw new ServiceError("UnknownOperationException");
  }
  if (request.headers.authorization === undefined) {
    throw new ServiceError("MissingAuthenticationTokenException");
  }
  const modelId = decodeModelId(route[1] ?? "");
  const bytes = await readBody(request);
  const fault = faults.take();
  const refusal = fault === undefined ? undefined : refusalOf(fault, modelId);
  if (refusal !== undefined) throw refusal;
  const converse = parseRequest(modelId, bytes);
  const reply = model(converse, signal);
  const parts = fault === undefined ? reply : strike(reply, fault, signal);
  if (route[2] === "converse") {
    return sendJson(response, 200, await converseBodyOf(parts, startedAtMilliseconds));
  }
  await stream(response, converseEvents(parts, startedAtMilliseconds), signal);
}

/** Sends the headers with the first frames: an error before them is still a status code. */
async function stream(
  response: AnyResponse,
  frames: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const iterator = frames[Symbol.asyncIterator]();
  let held: Buffer | undefined;
  try {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      if (response.headersSent) {
        await write(response, next.value, signal);
      } else if (held === undefined) {
        held = next.value;
      } else {
        response.writeHead(200, headersOf("application/vnd.amazon.eventstream"));
        await write(response, Buffer.concat([held, next.value]), signal);
      }
    }
  } catch (error) {
    if (error instanceof ConnectionCut || !response.headersSent) throw error;
    const { exception, message } = serviceErrorOf(error);
    await write(response, encodeException(exception, message), signal);
  } finally {
    await iterator.return?.();
  }
  response.end();
}

/** Waits while the caller reads more slowly than the model speaks. */
async function write(response: AnyResponse, frame: Buffer, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const isTaken = (response as NodeJS.WritableStream).write(frame);
  if (!isTaken) await once(response, "drain", { signal });
}

function sendError(response: AnyResponse, error: unknown): void {
  if (response.headersSent) {
    cutConnection(response);
    return;
  }
  const { exception, status, message } = serviceErrorOf(error);
  response.writeHead(status, {
    ...headersOf("application/json"),
    "x-amzn-errortype": `${exception}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
  });
  response.end(JSON.stringify({ message }));
}

function sendJson(response: AnyResponse, status: number, body: unknown): void {
  response.writeHead(status, headersOf("application/json"));
  response.end(JSON.stringify(body));
}

function headersOf(contentType: string): Record<string, string> {
  return { "content-type": contentType, "x-amzn-requestid": randomUUID() };
}

/** A defect of the stand-in says so, so that nobody looks for it in the caller. */
function serviceErrorOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError("InternalServerException", `The stand-in has a defect: ${error}`);
}

function cutConnection(response: AnyResponse): void {
  if ("stream" in response) response.stream.session?.destroy();
  else response.socket?.destroy();
}

/** A page that made its own name point here is not this machine's user. */
function requireLoopbackHost(request: AnyRequest): void {
  const authority = request.headers[":authority"] ?? request.headers.host ?? "";
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(String(authority))) {
    throw new ServiceError("AccessDeniedException", "This stand-in answers on loopback alone.");
  }
}

function decodeModelId(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return "";
  }
}
