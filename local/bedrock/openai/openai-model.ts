import { randomBytes } from "node:crypto";
import type { ConverseRequest } from "../converse-request.ts";
import { estimateTokens, type Model } from "../reply.ts";
import { type ExceptionName, ServiceError } from "../service-error.ts";
import { toChatCompletion } from "./chat-messages.ts";
import { createCompletionReader, errorMessageIn } from "./completion-chunks.ts";
import { serverSentEvents } from "./server-sent-events.ts";

/**
 * Hands conversations to a real model behind an OpenAI-compatible API, as Ollama, llama.cpp and vLLM
 * serve it, and its answers back as Bedrock would give them.
 *
 * @param options.url the API's base, which ends in `/v1`
 * @param options.model the name that the server knows the model by
 */
export function createOpenAiModel({ url, model }: { url: string; model: string }): Model {
  const endpoint = `${url.replace(/\/+$/, "")}/chat/completions`;
  const { host } = new URL(url);
  return async function* (request, signal) {
    const body = await ask(endpoint, host, toChatCompletion(request, model), signal);
    const reader = createCompletionReader(() => `tooluse_${randomBytes(16).toString("base64url")}`);
    const broken = (reason: string) =>
      new ServiceError(
        "ModelStreamErrorException",
        `The local model at ${host} broke off its answer: ${reason}`,
      );
    try {
      for await (const data of serverSentEvents(body)) yield* reader.read(data);
    } catch (error) {
      throw broken(reasonOf(error));
    }
    const end = reader.finish(inputTokensOf(request));
    if (end === undefined) throw broken("the stream ended before the answer did");
    yield* end;
  };
}

async function ask(
  endpoint: string,
  host: string,
  body: unknown,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  let response: Response;
  try {
    response = await fetch(endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    throw new ServiceError(
      "ServiceUnavailableException",
      `The local model at ${host} is out of reach: ${reasonOf(error)}`,
    );
  }
  if (!response.ok) throw refusalOf(response.status, host, await response.text().catch(() => ""));
  const type = response.headers.get("content-type") ?? "";
  if (response.body === null || !type.includes("text/event-stream")) {
    await response.body?.cancel();
    throw new ServiceError(
      "ModelErrorException",
      `The local model at ${host} does not stream chat completions: it answered with ${type || "no content type"}`,
    );
  }
  return response.body;
}

/** The exception of Bedrock that comes nearest to a status code of the model's server. */
function refusalOf(status: number, host: string, body: string): ServiceError {
  const reason = (errorMessageIn(body) ?? body.trim()).slice(0, 500) || "no reason given";
  const exception =
    exceptionByStatus[status] ?? (status >= 500 ? "ModelErrorException" : "ValidationException");
  return new ServiceError(exception, `The local model at ${host} answered ${status}: ${reason}`);
}

const exceptionByStatus: Readonly<Record<number, ExceptionName>> = {
  401: "AccessDeniedException",
  403: "AccessDeniedException",
  404: "ResourceNotFoundException",
  408: "ModelTimeoutException",
  429: "ThrottlingException",
  // llama.cpp says so while it loads the model.
  503: "ModelNotReadyException",
  504: "ModelTimeoutException",
};

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code } = cause as NodeJS.ErrnoException;
  return code ?? (cause instanceof Error ? cause.message : String(cause));
}

function inputTokensOf({ system, messages, tools }: ConverseRequest): number {
  return estimateTokens([system, messages, tools]);
}
