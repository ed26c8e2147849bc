import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TellUser, TokenSource } from "../sign-in/sign-in.ts";
import { createTestTokens, startTestServer, type TestServer } from "../testing/mcp-server.ts";
import { connectMcp } from "./mcp-connection.ts";

// A server that wants more scope for a call than the token has.

const never = new AbortController().signal;
const challenge =
  'Bearer error="insufficient_scope", scope="notes:read notes:write", resource_metadata="https://x"';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

/** Tokens that can be widened, or not; what was asked for is noted. */
function widening(grant: () => string | null): TokenSource & { readonly asked: string[] } {
  const asked: string[] = [];
  let held = "narrow";
  return {
    ...createTestTokens(),
    asked,
    accessToken: async () => held,
    async accessTokenFor(scope, onBrowser) {
      asked.push(scope);
      onBrowser?.("https://as.example/authorize");
      const granted = grant();
      held = granted ?? held;
      return granted;
    },
  };
}

/** Lets calls of tools through with one token alone. */
function demand(wanted: string | null): void {
  server.intercept = (request, body) => {
    const isEnough = request.headers.authorization === `Bearer ${wanted}`;
    if (!body.includes("tools/call") || isEnough) return undefined;
    return { status: 403, headers: { "www-authenticate": challenge } };
  };
}

async function connect(tokens: TokenSource, onStepUp?: TellUser) {
  return connectMcp({
    serverUrl: `${server.origin}/mcp`,
    tokens,
    clientVersion: "1",
    ...(onStepUp !== undefined && { onStepUp }),
  });
}

const calls = () => server.requests.filter(({ body }) => body.includes("tools/call"));

describe("a call that needs more scope", () => {
  it("is made again with a token that has it, and the next call has it from the start", async () => {
    demand("wide");
    const tokens = widening(() => "wide");
    const connection = await connect(tokens);
    for (let count = 0; count < 2; count += 1) {
      const result = await connection.callTool("echo", { text: "x" }, never);
      expect(result).toMatchObject({ isError: false });
    }
    expect(tokens.asked).toEqual(["notes:read notes:write"]);
    expect(calls().map(({ token }) => token)).toEqual(["narrow", "wide", "wide"]);
    await connection.close();
  });

  it("tells where the user is to go on, whoever shows it", async () => {
    demand("wide");
    const told: string[] = [];
    const connection = await connect(
      widening(() => "wide"),
      (url) => told.push(url) > 0,
    );
    await connection.callTool("echo", { text: "x" }, never);
    expect(told).toEqual(["https://as.example/authorize"]);
    await connection.close();
  });

  it("fails with the scope that it needs where there is none to be had", async () => {
    demand("wide");
    const connection = await connect(widening(() => null));
    await expect(connection.callTool("echo", { text: "x" }, never)).rejects.toMatchObject({
      code: "server_forbidden",
      message: expect.stringContaining("notes:write"),
    });
    expect(calls()).toHaveLength(1);
    await connection.close();
  });

  it("asks once for a server that is never content, and fails", async () => {
    demand(null);
    const tokens = widening(() => "wide");
    const connection = await connect(tokens);
    await expect(connection.callTool("echo", { text: "x" }, never)).rejects.toMatchObject({
      code: "server_forbidden",
    });
    expect(tokens.asked).toHaveLength(1);
    expect(calls()).toHaveLength(2);
    await connection.close();
  });

  it("is not made again for a refusal of another kind", async () => {
    server.intercept = (_request, body) =>
      body.includes("tools/call")
        ? { status: 403, headers: { "www-authenticate": 'Bearer error="access_denied"' } }
        : undefined;
    const tokens = widening(() => "wide");
    const connection = await connect(tokens);
    await expect(connection.callTool("echo", { text: "x" }, never)).rejects.toThrow();
    expect([tokens.asked, calls().length]).toEqual([[], 1]);
    await connection.close();
  });
});
