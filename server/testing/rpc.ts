import { type IncomingMessage, request } from "node:http";

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** The body as JSON, or the one JSON message of an event stream. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many forms
  readonly json: any;
}

interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
}

/** Sends a request with exactly these headers, `Host` included, and reads the whole answer. */
export async function send(url: string, sending: Sending = {}): Promise<Answer> {
  const { method = "GET", headers = {}, body } = sending;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, text, json: parseBody(text) });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function parseBody(text: string): unknown {
  const data = text.startsWith("event: message") ? /^data: (.*)$/m.exec(text)?.[1] : text;
  try {
    return JSON.parse(data ?? "");
  } catch {
    return undefined;
  }
}

export const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  },
};

/** What an MCP client sends with every POST. */
export function rpcHeaders(token: string, sessionId?: string): Record<string, string> {
  return {
    Authorization: `Bearer ${token}`,
    Accept: "application/json, text/event-stream",
    "Content-Type": "application/json",
    ...(sessionId !== undefined && { "Mcp-Session-Id": sessionId }),
  };
}

/** Posts a message to `/mcp`. */
export async function post(
  base: string,
  token: string,
  message: unknown,
  sessionId?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return send(`${base}/mcp`, {
    method: "POST",
    headers: { ...rpcHeaders(token, sessionId), ...headers },
    body: JSON.stringify(message),
  });
}

/** Opens a session on `/mcp` and gives its id. */
export async function openSession(base: string, token: string): Promise<string> {
  const answer = await post(base, token, initialize);
  const id = answer.headers["mcp-session-id"];
  if (typeof id !== "string") throw new Error(`No session: ${answer.status} ${answer.text}`);
  return id;
}

/** A `tools/call` message. */
export function callOf(name: string, args: unknown = {}, id = 2): object {
  return { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } };
}
