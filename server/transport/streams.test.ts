import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { callOf, initialize, openSession, post, rpcHeaders, send } from "../testing/rpc.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

// What an MCP server may do beside answering: each tool does one such thing.

const releases = new Map<string, () => void>();
const servers: McpServer[] = [];

function createMcpServer(): McpServer {
  const server = new McpServer(
    { name: "test", version: "1" },
    { capabilities: { logging: {}, tools: {} } },
  );
  const text = (value: unknown) => ({
    content: [{ type: "text" as const, text: JSON.stringify(value) }],
  });
  const key = { key: z.string() };
  server.registerTool("plain", {}, () => text("plain"));
  server.registerTool("progress", {}, async ({ _meta, sendNotification }) => {
    const progressToken = _meta?.progressToken ?? "";
    for (const progress of [1, 2]) {
      const params = { progressToken, progress, total: 2 };
      await sendNotification({ method: "notifications/progress", params });
    }
    return text("done");
  });
  server.registerTool("log", {}, async ({ sendNotification }) => {
    const params = { level: "info" as const, data: "로그" };
    await sendNotification({ method: "notifications/message", params });
    return text("done");
  });
  server.registerTool("elicit", {}, async ({ sendRequest }) => {
    const requestedSchema = { type: "object" as const, properties: { name: { type: "string" } } };
    const params = { message: "이름?", requestedSchema };
    const request = { method: "elicitation/create" as const, params };
    return text(await sendRequest(request as never, z.looseObject({})));
  });
  server.registerTool("sample", {}, async ({ sendRequest }) => {
    const content = { type: "text" as const, text: "hello" };
    const params = { messages: [{ role: "user" as const, content }], maxTokens: 10 };
    return text(await sendRequest({ method: "sampling/createMessage", params }, z.looseObject({})));
  });
  server.registerTool("close_early", { inputSchema: key }, async ({ key }, extra) => {
    extra.closeSSEStream?.();
    await new Promise<void>((resolve) => releases.set(key, resolve));
    return text("after the break");
  });
  server.registerTool("notify_then_wait", { inputSchema: key }, async ({ key }, extra) => {
    const say = (data: string) =>
      extra.sendNotification({
        method: "notifications/message",
        params: { level: "info", data },
      });
    await say("before");
    await new Promise<void>((resolve) => releases.set(key, resolve));
    await say("missed");
    return text("response");
  });
  server.registerTool("wait", { inputSchema: key }, async ({ key }) => {
    await new Promise<void>((resolve) => releases.set(key, resolve));
    return text("waited");
  });
  servers.push(server);
  return server;
}

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({}, { createMcpServer });
  await server.untilHealthy();
  token = await server.pool.token();
});
afterAll(() => server.stop());

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Opens a stream and collects it as text. */
async function open(method: string, session: string, body?: unknown, lastEventId?: string) {
  const controller = new AbortController();
  const response = await fetch(`${server.base}/mcp`, {
    method,
    headers: {
      ...rpcHeaders(token, session),
      ...(lastEventId !== undefined && { "Last-Event-ID": lastEventId }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: controller.signal,
  });
  const stream = { text: "", isOver: false, response, close: () => controller.abort() };
  const reading = (async () => {
    for await (const chunk of response.body ?? []) stream.text += Buffer.from(chunk).toString();
    stream.isOver = true;
  })();
  reading.catch(() => {});
  onTestFinished(() => controller.abort());
  return stream;
}

/** Has the server believe that so much time has passed. */
function skipSeconds(seconds: number): void {
  const now = Performance.prototype.now.bind(performance);
  const spy = vi.spyOn(performance, "now").mockImplementation(() => now() + seconds * 1000);
  onTestFinished(() => spy.mockRestore());
}

const lastIdIn = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? "none";
const dataIn = (text: string) =>
  [...text.matchAll(/^data: (.+)$/gm)].map(([, json = ""]) => JSON.parse(json));

async function connect(): Promise<Client> {
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: { elicitation: {}, sampling: {} } },
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server.base}/mcp`), {
      requestInit: { headers: { Authorization: `Bearer ${token}` } },
    }),
  );
  onTestFinished(() => client.close());
  return client;
}

describe("an answer", () => {
  it("is JSON when a request comes to nothing but its response", async () => {
    const session = await openSession(server.base, token);
    const answer = await post(server.base, token, callOf("plain"), session);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(answer.json).toMatchObject({ id: 2, result: { content: [{ text: '"plain"' }] } });
  });

  it("is a stream with an id and a time to retry first when something comes in between", async () => {
    const session = await openSession(server.base, token);
    const answer = await post(server.base, token, callOf("log"), session);
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    expect(answer.headers["cache-control"]).toBe("no-store, no-transform");
    expect(answer.text).toMatch(/^id: 1-\d+\nretry: \d+\ndata: \n\nevent: message\nid: 1-\d+\n/);
    expect(dataIn(answer.text)).toMatchObject([
      { method: "notifications/message", params: { data: "로그" } },
      { id: 2, result: {} },
    ]);
  });

  it("has no event without data for a client of an older version", async () => {
    const older = {
      ...initialize,
      params: { ...initialize.params, protocolVersion: "2025-06-18" },
    };
    const { headers } = await post(server.base, token, older);
    const session = String(headers["mcp-session-id"]);
    const answer = await post(server.base, token, callOf("log"), session);
    expect(answer.text).toMatch(/^event: message\nid: 1-\d+\ndata: \{/);
  });

  it("becomes a stream when its response takes long, so that proxies see that it lives", async () => {
    const session = await openSession(server.base, token);
    const answering = open("POST", session, callOf("wait", { key: "patience" }, 70));
    await until(() => releases.has("patience"));
    skipSeconds(9);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    skipSeconds(11);
    const stream = await answering;
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    skipSeconds(30);
    await until(() => stream.text.includes(": keep-alive"));
    releases.get("patience")?.();
    await until(() => stream.isOver);
    expect(dataIn(stream.text)).toMatchObject([{ id: 70, result: {} }]);
  });

  it("is an error when the id waits for another response already", async () => {
    const session = await openSession(server.base, token);
    const call = callOf("notify_then_wait", { key: "twice" }, 50);
    const first = await open("POST", session, call);
    const second = await post(server.base, token, call, session);
    expect(second.status).toBe(400);
    expect(second.json).toMatchObject({ id: 50, error: { code: -32600 } });
    releases.get("twice")?.();
    await until(() => first.isOver);
    expect(dataIn(first.text).at(-1)).toMatchObject({ id: 50, result: {} });
  });
});

describe("the SDK's own client", () => {
  it("hears progress, log messages, elicitation and sampling on the stream of its call", async () => {
    const client = await connect();
    const logged: unknown[] = [];
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      logged.push(params.data);
    });
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      expect(params.message).toBe("이름?");
      return { action: "accept" as const, content: { name: "길동" } };
    });
    client.setRequestHandler(CreateMessageRequestSchema, async () => {
      const content = { type: "text" as const, text: "안녕" };
      return { model: "m", role: "assistant" as const, content };
    });
    const progress: number[] = [];
    await client.callTool({ name: "progress" }, undefined, {
      onprogress: (it) => progress.push(it.progress),
    });
    expect(progress).toEqual([1, 2]);
    await client.callTool({ name: "log" });
    expect(logged).toEqual(["로그"]);
    const elicited = await client.callTool({ name: "elicit" });
    expect(JSON.stringify(elicited.content)).toContain("길동");
    const sampled = await client.callTool({ name: "sample" });
    expect(JSON.stringify(sampled.content)).toContain("안녕");
  });

  it("gets the response after its stream was closed, by coming back for it", async () => {
    const client = await connect();
    const call = client.callTool({ name: "close_early", arguments: { key: "client" } });
    await until(() => releases.has("client"));
    releases.get("client")?.();
    expect(JSON.stringify((await call).content)).toContain("after the break");
  });

  it("hears what belongs to no request on the stream that it listens on", async () => {
    const client = await connect();
    const logged: unknown[] = [];
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      logged.push(params.data);
    });
    const mine = servers.at(-1);
    while (logged.length === 0) {
      await mine?.sendLoggingMessage({ level: "info", data: "news" });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(logged[0]).toBe("news");
  });
});

describe("a reader that comes back", () => {
  it("gets what it missed of a call, its response included, and then the end", async () => {
    const session = await openSession(server.base, token);
    const first = await open("POST", session, callOf("notify_then_wait", { key: "missed" }, 60));
    await until(() => first.text.includes("before"));
    first.close();
    releases.get("missed")?.();
    const rest = await open("GET", session, undefined, lastIdIn(first.text));
    await until(() => rest.isOver);
    expect(dataIn(rest.text)).toMatchObject([
      { params: { data: "missed" } },
      { id: 60, result: { content: [{ text: '"response"' }] } },
    ]);
  });

  it("takes a call over while it goes on, from a connection that is not known to be dead", async () => {
    const session = await openSession(server.base, token);
    const first = await open("POST", session, callOf("notify_then_wait", { key: "taken" }, 61));
    await until(() => first.text.includes("before"));
    const rest = await open("GET", session, undefined, lastIdIn(first.text));
    await until(() => first.isOver);
    releases.get("taken")?.();
    await until(() => rest.isOver);
    expect(dataIn(first.text)).toHaveLength(1);
    expect(dataIn(rest.text)).toMatchObject([{ params: { data: "missed" } }, { id: 61 }]);
  });

  it("gets nothing that is another session's, however it got the id", async () => {
    const mine = await openSession(server.base, token);
    const first = await open("POST", mine, callOf("notify_then_wait", { key: "mine" }, 62));
    await until(() => first.text.includes("before"));
    const other = await openSession(server.base, token);
    const headers = { ...rpcHeaders(token, other), "Last-Event-ID": lastIdIn(first.text) };
    expect((await send(`${server.base}/mcp`, { headers })).status).toBe(400);
    releases.get("mine")?.();
  });

  it.each(["x", "9-9", "0", "1-", "../1-1"])("is told that there is no event %s", async (id) => {
    const session = await openSession(server.base, token);
    const headers = { ...rpcHeaders(token, session), "Last-Event-ID": id };
    expect((await send(`${server.base}/mcp`, { headers })).status).toBe(400);
  });

  it("hears what was sent to nobody in particular while it was away", async () => {
    const session = await openSession(server.base, token);
    const mine = servers.at(-1);
    const first = await open("GET", session);
    await until(() => first.text !== "");
    await mine?.sendLoggingMessage({ level: "info", data: "one" });
    await until(() => first.text.includes("one"));
    first.close();
    await mine?.sendLoggingMessage({ level: "info", data: "two" });
    const rest = await open("GET", session, undefined, lastIdIn(first.text));
    await until(() => rest.text.includes("two"));
    expect(dataIn(rest.text)).toHaveLength(1);
    await mine?.sendLoggingMessage({ level: "info", data: "three" });
    await until(() => rest.text.includes("three"));
  });
});

describe("a slow reader", () => {
  it.each(["/mcp", "/sse"])(
    "of a stream of %s is cut off once some MB are unread",
    async (path) => {
      const session = await openSession(server.base, token);
      const headers = path === "/mcp" ? rpcHeaders(token, session) : rpcHeaders(token);
      const response = await fetch(`${server.base}${path}`, { headers });
      const mine = servers.at(-1);
      const before = process.memoryUsage().rss;
      // Not read: what the two ends' buffers do not take, the server has to keep.
      const line = { level: "info" as const, data: "x".repeat(100_000) };
      const isOpen = async () =>
        (await send(server.metricsUrl)).text.includes(`cleanauth_streams{route="${path}"} 1`);
      let sent = 0;
      while (await isOpen()) {
        await mine?.sendLoggingMessage(line).catch(() => {});
        sent += 1;
      }
      expect(sent).toBeLessThan(200);
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
      await response.body?.cancel().catch(() => {});
    },
  );
});
