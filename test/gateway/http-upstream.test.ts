import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGateway, textOf } from "./gateway-under-test.ts";

// An HTTP server that knows nothing of users, behind the gateway: what it is sent, and what it is not.

let upstream: Server;
let gateway: GatewayUnderTest;
let received: IncomingHttpHeaders[] = [];
let redirectsTo: string | null = null;

beforeAll(async () => {
  upstream = createServer(async (req, res) => {
    received.push(req.headers);
    if (redirectsTo !== null) return void res.writeHead(307, { location: redirectsTo }).end();
    const server = new McpServer({ name: "http-upstream", version: "1" });
    server.registerTool("hello", {}, () => ({ content: [{ type: "text", text: "hello" }] }));
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: undefined as never,
    });
    await server.connect(transport as Parameters<McpServer["connect"]>[0]);
    await transport.handleRequest(req, res);
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`;
  gateway = await startGateway({
    told: { url, headers: { "X-Key": "of the operator" }, cleanauth: { identity: "header" } },
    untold: { url },
    redirecting: { url },
  });
});
beforeEach(() => {
  received = [];
  redirectsTo = null;
});
afterAll(async () => {
  await gateway?.stop();
  upstream?.close();
});

describe("an HTTP upstream", () => {
  it("is called with the headers of its entry, and never with the caller's token", async () => {
    expect(await textOf(await gateway.user("kim"), "told.hello")).toBe("hello");
    expect(received.some((headers) => headers["x-key"] === "of the operator")).toBe(true);
    expect(received.every(({ authorization }) => authorization === undefined)).toBe(true);
    expect(received.every(({ cookie }) => cookie === undefined)).toBe(true);
  });

  it("is told who calls by a signed JWT of a minute, which it can check, where asked for", async () => {
    const [kim, lee] = [await gateway.user("kim"), await gateway.user("lee")];
    await Promise.all([textOf(kim, "told.hello"), textOf(lee, "told.hello")]);
    const tokens = received
      .map((headers) => headers["x-cleanauth-identity"])
      .filter((token) => typeof token === "string");
    const keys = createRemoteJWKSet(new URL(`${gateway.server.base}/.well-known/jwks.json`));
    const subjects = await Promise.all(
      tokens.map(async (token) => {
        const { payload } = await jwtVerify(token, keys, { issuer: gateway.server.url });
        expect(Number(payload.exp) - Number(payload.iat)).toBe(60);
        expect(payload).toMatchObject({ username: payload.sub, groups: ["user"] });
        return payload.sub;
      }),
    );
    expect(new Set(subjects)).toEqual(new Set(["kim", "lee"]));
  });

  it("cannot use what it is told as a token here", async () => {
    await textOf(await gateway.user("kim"), "told.hello");
    const [token = ""] = received.flatMap((headers) => headers["x-cleanauth-identity"] ?? []);
    expect(decodeJwt(token).sub).toBe("kim");
    const answer = await fetch(`${gateway.server.base}/mcp`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(401);
  });

  it("is told nothing where its entry does not ask for it", async () => {
    await textOf(await gateway.user("kim"), "untold.hello");
    expect(received.length).toBeGreaterThan(0);
    expect(received.every((headers) => !("x-cleanauth-identity" in headers))).toBe(true);
  });

  it("is not followed to where it redirects", async () => {
    redirectsTo = `${gateway.server.base}/health`;
    await expect(textOf(await gateway.user("kim"), "redirecting.hello")).rejects.toThrow(
      /redirecting failed|redirecting has failed/,
    );
  });
});
