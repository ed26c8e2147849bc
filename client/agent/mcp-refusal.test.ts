import { AppError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createTestTokens,
  type Interception,
  startTestServer,
  type TestServer,
} from "../testing/mcp-server.ts";
import { connectMcp } from "./mcp-connection.ts";
import { createAuthorizedFetch } from "./mcp-fetch.ts";

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

describe.each(["/mcp", "/sse"])("connecting over %s", (path) => {
  it("says why the server refuses the token when a fresh one does not help", async () => {
    server.intercept = () => ({
      status: 401,
      headers: { "www-authenticate": 'Bearer error_description="issuer is not ours"' },
    });
    await expect(connect(path)).rejects.toMatchObject({
      code: "server_refused",
      message: expect.stringContaining("issuer is not ours"),
    });
  });

  const answers: [what: string, answer: Interception, code: string, words: RegExp][] = [
    ["a page", html("<html>"), "server_not_mcp", /\/mcp or \/sse/],
    ["JSON of another kind", json(200, { hello: 1 }), "server_not_mcp", /no MCP server/],
    ["404", { status: 404 }, "server_not_mcp", /404/],
    ["405", { status: 405 }, "server_not_mcp", /405/],
    ["403", json(403, { error: "Host not allowed" }), "server_forbidden", /Host not allowed/],
    ["429", retryAfter(429, "17"), "server_rate_limited", /in 17 seconds/],
    ["500", { status: 500 }, "server_failed", /500/],
    ["503", json(503, { error: { message: "keys out of reach" } }), "server_failed", /keys out/],
    [
      "a redirect",
      moved("https://other.example/mcp?x=1"),
      "server_redirects",
      /other\.example\/mcp,/,
    ],
    ["nothing, and cuts the line", "cut", "server_unreachable", /cut/],
    [
      "another scope",
      challenge('Bearer error="insufficient_scope", scope="notes:write"'),
      "server_forbidden",
      /notes:write/,
    ],
  ];
  it.each(answers)(
    "says what is wrong when the server answers %s",
    async (_what, answer, code, words) => {
      server.intercept = () => answer;
      const error = await connect(path).catch((caught) => caught);
      expect(error).toBeInstanceOf(AppError);
      expect(error.code).toBe(code);
      expect(`${error.message}. ${error.hint}`).toMatch(words);
      expect(exitCodeOf(error)).toBe(4);
      expect(server.requests.length).toBeLessThanOrEqual(2);
    },
  );

  it("sends the token to no other address that a redirect names", async () => {
    const other = await startTestServer();
    server.intercept = () => moved(`${other.origin}/mcp`);
    await connect(path).catch(() => {});
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it("says so when nothing listens there", async () => {
    const url = `http://127.0.0.1:1${path}`;
    await expect(
      connectMcp({ serverUrl: url, tokens: createTestTokens(), clientVersion: "0" }),
    ).rejects.toMatchObject({ code: "server_unreachable", message: expect.stringContaining(url) });
  });
});

describe("connecting", () => {
  it("refuses a protocol version that it does not know", async () => {
    server.intercept = (_request, body) =>
      body.includes('"initialize"')
        ? json(200, {
            jsonrpc: "2.0",
            id: 0,
            result: {
              protocolVersion: "1999-01-01",
              capabilities: {},
              serverInfo: { name: "old", version: "0" },
            },
          })
        : undefined;
    await expect(connect("/mcp")).rejects.toMatchObject({ code: "server_protocol_version" });
  });

  it("sends the token to no other origin that the server names for /sse's messages", async () => {
    const event = "event: endpoint\ndata: https://other.example/messages?sessionId=1\n\n";
    server.intercept = () => ({
      status: 200,
      headers: { "content-type": "text/event-stream" },
      body: event,
    });
    await expect(connect("/sse")).rejects.toBeInstanceOf(AppError);
  });
});

describe("the fetch with a token", () => {
  it("does not send it to another origin, whoever asks for that", async () => {
    const fetchWithToken = createAuthorizedFetch({
      serverUrl: "https://mcp.example/mcp",
      tokens: createTestTokens(),
      onStreamStart() {},
      onStreamEnd() {},
      onFlood() {},
      onFailure() {},
    });
    await expect(fetchWithToken(`${server.origin}/mcp`)).rejects.toMatchObject({
      code: "server_other_origin",
    });
    expect(server.requests).toEqual([]);
  });
});

function connect(path: string) {
  const serverUrl = `${server.origin}${path}`;
  return connectMcp({ serverUrl, tokens: createTestTokens(), clientVersion: "0.0.0" });
}

function json(status: number, body: unknown): Interception {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function html(body: string): Interception {
  return { status: 200, headers: { "content-type": "text/html" }, body };
}

function moved(location: string): Interception {
  return { status: 308, headers: { location } };
}

function retryAfter(status: number, seconds: string): Interception {
  return { status, headers: { "retry-after": seconds } };
}

function challenge(header: string): Interception {
  return { status: 403, headers: { "www-authenticate": header } };
}
