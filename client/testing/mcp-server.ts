import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";
import type { TokenSource } from "../sign-in/sign-in.ts";

/** A real MCP server of the SDK's on loopback, for tests of the client's connection. */
export interface TestServer {
  readonly origin: string;
  readonly requests: { method: string; path: string; query: string; token: string; body: string }[];
  /** Tokens that are answered 401. */
  readonly refusedTokens: Set<string>;
  /** Answers requests in place of the server; undefined lets one through. */
  intercept: ((request: IncomingMessage, body: string) => Interception | undefined) | undefined;
  sessionCount(): number;
  /** Forgets all sessions and cuts all connections, as a restart does. */
  restart(): void;
  addTool(name: string): void;
  /** A tool that asks the user for something, and tells what was answered. */
  addElicitingTool(name: string, properties: Record<string, { type: "string" }>): void;
  close(): Promise<void>;
}

export type Interception =
  | { status: number; headers?: Record<string, string>; body?: string }
  | "cut"
  | "hang";

interface Session {
  server: McpServer;
  transport: StreamableHTTPServerTransport | SSEServerTransport;
}

/** @param options.offer registers what each session has beside its tools */
export async function startTestServer(
  options: { offer?: (server: McpServer) => void } = {},
): Promise<TestServer> {
  const sessions = new Map<string, Session>();
  const requests: TestServer["requests"] = [];
  const refusedTokens = new Set<string>();
  const http = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? "/", "http://x");
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    requests.push({
      method: request.method ?? "",
      path: url.pathname,
      query: url.search,
      token,
      body,
    });
    const interception = server.intercept?.(request, body);
    if (interception === "hang") return;
    if (interception === "cut") return void response.destroy();
    if (interception !== undefined) {
      response.writeHead(interception.status, interception.headers).end(interception.body);
      return;
    }
    if (token === "" || refusedTokens.has(token)) {
      const challenge = 'Bearer error="invalid_token", error_description="The token is not valid"';
      response.writeHead(401, { "www-authenticate": challenge }).end();
      return;
    }
    if (url.pathname === "/sse") return openSse(response);
    if (url.pathname === "/messages") return postSse(request, response, url, body);
    if (url.pathname === "/mcp") return streamable(request, response, body);
    response.writeHead(404).end();
  }

  function createServerOfSession(): McpServer {
    const server = createTools();
    options.offer?.(server);
    return server;
  }

  async function openSse(response: ServerResponse): Promise<void> {
    const transport = new SSEServerTransport("/messages", response);
    const server = createServerOfSession();
    sessions.set(transport.sessionId, { server, transport });
    response.on("close", () => sessions.delete(transport.sessionId));
    await server.connect(transport);
  }

  async function postSse(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    body: string,
  ): Promise<void> {
    const session = sessions.get(url.searchParams.get("sessionId") ?? "");
    if (!(session?.transport instanceof SSEServerTransport))
      return void response.writeHead(404).end();
    await session.transport.handlePostMessage(request, response, JSON.parse(body));
  }

  async function streamable(
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
  ): Promise<void> {
    const id = request.headers["mcp-session-id"];
    let session = typeof id === "string" ? sessions.get(id) : undefined;
    if (id !== undefined && session === undefined) return void response.writeHead(404).end();
    const message = body === "" ? undefined : JSON.parse(body);
    if (session === undefined) {
      const server = createServerOfSession();
      const transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (opened) => void sessions.set(opened, { server, transport }),
        onsessionclosed: (closed) => void sessions.delete(closed),
      });
      session = { server, transport };
      await server.connect(transport as Parameters<McpServer["connect"]>[0]);
    }
    if (!(session.transport instanceof StreamableHTTPServerTransport)) return;
    await session.transport.handleRequest(request, response, message);
  }

  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const server: TestServer = {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    refusedTokens,
    intercept: undefined,
    sessionCount: () => sessions.size,
    restart() {
      sessions.clear();
      http.closeAllConnections();
    },
    addTool(name) {
      for (const session of sessions.values()) session.server.registerTool(name, {}, ok);
    },
    addElicitingTool(name, properties) {
      for (const { server: mcp } of sessions.values()) {
        mcp.registerTool(name, {}, async () => {
          const requestedSchema = { type: "object" as const, properties };
          const answer = await mcp.server.elicitInput({ message: "What is it?", requestedSchema });
          return { content: [{ type: "text", text: JSON.stringify(answer) }] };
        });
      }
    },
    close: () => closeServer(http),
  };
  return server;
}

const ok = () => ({ content: [{ type: "text" as const, text: "ok" }] });

function createTools(): McpServer {
  const server = new McpServer({ name: "test\x1b[31m", version: "1.2.3" });
  server.registerTool(
    "echo",
    {
      description: "Says it again",
      inputSchema: { text: z.string() },
      annotations: { readOnlyHint: true, title: "Echo" },
    },
    ({ text }) => ({ content: [{ type: "text", text }] }),
  );
  server.registerTool("write", { annotations: { destructiveHint: false } }, ok);
  server.registerTool("erase", {}, ok);
  server.registerTool("fails", {}, () => ({
    isError: true,
    content: [{ type: "text", text: "No such \x1b[2Jcity" }],
  }));
  server.registerTool("slow", {}, async () => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    return ok();
  });
  return server;
}

async function closeServer(http: Server): Promise<void> {
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
}

/** Tokens `token-1`, `token-2` …: the next one whenever the one that is held is refused. */
export function createTestTokens(): TokenSource & { refreshes: () => number } {
  let number = 1;
  return {
    identity: { issuer: "i", username: "demo", subject: "s", groups: [] },
    expiresAtMilliseconds: () => 0,
    async accessToken({ refuse } = {}) {
      if (refuse === `token-${number}`) number += 1;
      return `token-${number}`;
    },
    accessTokenFor: async () => null,
    isKept: false,
    signOut: async () => true,
    refreshes: () => number - 1,
  };
}
