import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback that speaks just enough MCP for a client to listen to it, and then misbehaves. */
export interface HostileServer {
  readonly url: string;
  /** Every message that came in, and `GET` for every stream that was opened. */
  readonly received: readonly string[];
  close(): Promise<void>;
}

/** What the server does with a request; `id` is that of the JSON-RPC request, if it is one. */
export type Misbehaviour = (response: ServerResponse, id: unknown) => void;

/**
 * @param misbehaviours by method, or `GET` for a stream; everything else is answered as a server with
 *   one tool would
 */
export async function startHostileServer(
  misbehaviours: Readonly<Record<string, Misbehaviour>>,
): Promise<HostileServer> {
  const received: string[] = [];
  const http = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const message = body === "" ? {} : JSON.parse(body);
    const name = request.method === "POST" ? (message.method ?? "reply") : (request.method ?? "");
    received.push(name);
    response.on("error", () => {});
    const misbehave = misbehaviours[name];
    if (misbehave !== undefined) return misbehave(response, message.id);
    const result = usualResults[name];
    if (result === undefined) return void response.writeHead(name === "GET" ? 405 : 202).end();
    answer(response, message.id, result);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    received,
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

const usualResults: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: "2025-11-25",
    capabilities: { tools: { listChanged: true } },
    serverInfo: { name: "hostile", version: "1" },
  },
  "tools/list": { tools: [{ name: "tool", inputSchema: { type: "object" } }] },
  "tools/call": { content: [{ type: "text", text: "fine" }] },
};

/** Answers a request as a server does. */
export function answer(response: ServerResponse, id: unknown, result: object): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
}

export function openStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
}

/** Writes a text over and over, as fast as it is read, until nobody reads it any more. */
export function pour(response: ServerResponse, text: string): void {
  const go = () => {
    while (!response.destroyed && response.write(text));
  };
  response.on("drain", go);
  go();
}
