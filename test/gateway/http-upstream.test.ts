import { randomUUID } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { McpError, SubscribeRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGateway, textOf } from "./gateway-under-test.ts";

// An HTTP server that knows nothing of users, behind the gateway: what it is sent, and what it is not.

let upstream: Server;
let gateway: GatewayUnderTest;
let received: IncomingHttpHeaders[] = [];
const subscribers: string[] = [];
let floodsUnderWay = 0;
let redirectsTo: string | null = null;

/** What no server of the SDK's does: an answer that breaks off, and one that never stops. */
function misbehave(how: "die" | "flood", res: ServerResponse): void {
  res.writeHead(200, { "content-type": "text/event-stream" });
  const event = 'data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n';
  res.write(event);
  if (how === "die") return void setTimeout(() => res.destroy(), 50);
  floodsUnderWay += 1;
  res.once("close", () => {
    floodsUnderWay -= 1;
  });
  const write = () => {
    while (!res.closed) if (!res.write(event.repeat(1_000))) return void res.once("drain", write);
  };
  write();
}

beforeAll(async () => {
  upstream = createServer(async (req, res) => {
    received.push(req.headers);
    const message = req.method === "POST" ? await json(req) : undefined;
    const { name } = (message as { params?: { name?: string } } | undefined)?.params ?? {};
    if (name === "die" || name === "flood") return void misbehave(name, res);
    if (redirectsTo !== null) return void res.writeHead(307, { location: redirectsTo }).end();
    const capabilities = { resources: { subscribe: true } };
    const server = new McpServer({ name: "http-upstream", version: "1" }, { capabilities });
    server.server.setRequestHandler(SubscribeRequestSchema, () => {
      const identity = req.headers["x-cleanauth-identity"];
      const asks = typeof identity === "string" ? decodeJwt(identity).sub : "nobody";
      subscribers.push(asks ?? "nobody");
      if (asks !== "kim") throw new McpError(-32002, "Resource not found");
      return {};
    });
    server.registerTool("hello", {}, () => ({ content: [{ type: "text", text: "hello" }] }));
    server.registerTool("huge", {}, () => ({
      content: [{ type: "text", text: "x".repeat(5 * 1024 * 1024) }],
    }));
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: undefined as never,
      enableJsonResponse: req.url === "/json",
    });
    await server.connect(transport as Parameters<McpServer["connect"]>[0]);
    await transport.handleRequest(req, res, message);
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`;
  gateway = await startGateway({
    told: { url, headers: { "X-Key": "of the operator" }, cleanauth: { identity: "header" } },
    untold: { url },
    redirecting: { url },
    bad: { url },
    json: { url: url.replace("/mcp", "/json") },
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
        const audience = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`;
        const expected = { issuer: gateway.server.url, audience, algorithms: ["ES256"] };
        const { payload } = await jwtVerify(token, keys, expected);
        expect(Number(payload.exp) - Number(payload.iat)).toBe(60);
        expect(payload).toMatchObject({ username: payload.sub, groups: ["user"] });
        return payload.sub;
      }),
    );
    expect(new Set(subjects)).toEqual(new Set(["kim", "lee"]));
  });

  it("judges each user who wants to follow a resource, where it is told who asks", async () => {
    const [kim, lee] = [await gateway.user("kim"), await gateway.user("lee")];
    const uri = "told+demo://of-kim";
    await kim.subscribeResource({ uri });
    await expect(lee.subscribeResource({ uri })).rejects.toThrow("Resource not found");
    expect(new Set(subscribers)).toEqual(new Set(["kim", "lee"]));
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

  it.each(["bad.huge", "json.huge"])(
    "that answers with more than anybody can take fails the call, and goes on: %s",
    async (name) => {
      const client = await gateway.user("kim");
      await expect(textOf(client, name)).rejects.toThrow("The answer is too long: more than 4 MiB");
      expect(await textOf(client, name.replace("huge", "hello"))).toBe("hello");
    },
  );

  it("whose answer breaks off fails the call at once", async () => {
    const client = await gateway.user("kim");
    const startedAt = performance.now();
    await expect(textOf(client, "bad.die")).rejects.toThrow("bad ended while it was answering");
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(await textOf(client, "bad.hello")).toBe("hello");
  }, 40_000);

  it("that floods keeps nobody else from being answered", async () => {
    const client = await gateway.user("kim");
    const cancel = new AbortController();
    const flood = client.callTool({ name: "bad.flood" }, undefined, { signal: cancel.signal });
    flood.catch(() => {});
    await expect.poll(() => floodsUnderWay, { timeout: 10_000 }).toBe(1);
    for (let call = 0; call < 20; call += 1) {
      expect(await textOf(client, "whoami")).toContain("kim");
      expect(await textOf(client, "json.hello")).toBe("hello");
    }
    cancel.abort();
    await expect.poll(() => floodsUnderWay, { timeout: 10_000 }).toBe(0);
    expect(await textOf(client, "bad.hello")).toBe("hello");
  });
});

describe("an HTTP upstream with sessions", () => {
  it("that was started anew gets another session, and the call goes through", async () => {
    const sessions = new Map<string, StreamableHTTPServerTransport>();
    const ended: string[] = [];
    const stateful = createServer(async (req, res) => {
      const id = req.headers["mcp-session-id"];
      const known = sessions.get(String(id));
      if (req.method === "DELETE") ended.push(String(id));
      if (id !== undefined && known === undefined) return void res.writeHead(404).end();
      const transport =
        known ??
        new StreamableHTTPServerTransport({
          sessionIdGenerator: randomUUID,
          onsessioninitialized: (opened) => void sessions.set(opened, transport),
        });
      if (known === undefined) {
        const server = new McpServer({ name: "stateful", version: "1" });
        server.registerTool("hello", {}, () => ({ content: [{ type: "text", text: "hello" }] }));
        await server.connect(transport as Parameters<McpServer["connect"]>[0]);
      }
      await transport.handleRequest(req, res);
    });
    await new Promise<void>((resolve) => stateful.listen(0, "127.0.0.1", resolve));
    const { port } = stateful.address() as AddressInfo;
    const behind = await startGateway({
      stateful: { url: `http://127.0.0.1:${port}/mcp`, cleanauth: { idleSeconds: 1 } },
    });
    try {
      const client = await behind.user("kim");
      expect(await textOf(client, "stateful.hello")).toBe("hello");
      sessions.clear();
      expect(await textOf(client, "stateful.hello")).toBe("hello");
      const [last] = sessions.keys();
      await expect.poll(() => ended, { timeout: 15_000 }).toContain(last);
      stateful.closeAllConnections();
      await new Promise((resolve) => stateful.close(resolve));
      await expect(textOf(client, "stateful.hello")).rejects.toThrow(
        /cannot be reached|has failed/,
      );
      const health = await (await fetch(`${behind.server.base}/health`)).json();
      expect(health).toMatchObject({ status: "ok", servers: { stateful: "failing" } });
    } finally {
      await behind.stop();
      stateful.closeAllConnections();
      stateful.close();
    }
  }, 60_000);
});
