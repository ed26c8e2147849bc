import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that speaks the wire format of OpenAI's chat completions, and says what it is told to. */
export interface OpenAiServer {
  /** Ends in `/v1`. */
  url: string;
  host: string;
  /** The bodies of the requests, oldest first. */
  requests: Record<string, unknown>[];
  paths: string[];
  /** How many callers went away before their answer was over. */
  abandoned(): number;
  close(): Promise<void>;
}

/** What the server does with a request; the body is read already. */
export type Answer = (response: ServerResponse) => void | Promise<void>;

/**
 * @param answer called for each request
 */
export async function startOpenAiServer(answer: () => Answer): Promise<OpenAiServer> {
  const requests: Record<string, unknown>[] = [];
  const paths: string[] = [];
  let abandonedCount = 0;
  const server = createServer(async (request, response) => {
    response.once("close", () => {
      if (!response.writableFinished) abandonedCount += 1;
    });
    paths.push(`${request.method} ${request.url}`);
    requests.push(JSON.parse(await bodyOf(request)));
    await answer()(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/v1`,
    host,
    requests,
    paths,
    abandoned: () => abandonedCount,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Streams chunks as server-sent events, with `[DONE]` at the end. */
export function streamOf(...chunks: object[]): Answer {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    for (const chunk of chunks) response.write(eventOf(chunk));
    response.end("data: [DONE]\n\n");
  };
}

/** One server-sent event. */
export function eventOf(chunk: object): string {
  return `data: ${JSON.stringify({ object: "chat.completion.chunk", ...chunk })}\n\n`;
}

/** A chunk with a piece of the answer. */
export function delta(piece: object, finishReason: string | null = null): object {
  return { choices: [{ index: 0, delta: piece, finish_reason: finishReason }] };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  return body;
}
