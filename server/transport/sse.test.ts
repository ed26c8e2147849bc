import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOf, initialize, openSession, rpcHeaders, send } from "../testing/rpc.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
let token: string;
let adminToken: string;
beforeAll(async () => {
  server = await startTestServer();
  await server.untilHealthy();
  token = await server.pool.token();
  adminToken = await server.pool.token({ sub: "other", "cognito:groups": ["admin"] });
});
afterAll(() => server.stop());

/** Opens `/sse` and gives the path that messages go to, and the stream as text so far. */
async function openStream() {
  const controller = new AbortController();
  const response = await fetch(`${server.base}/sse`, {
    headers: { ...rpcHeaders(token) },
    signal: controller.signal,
  });
  const stream = { text: "", endpoint: "", close: () => controller.abort() };
  const reading = (async () => {
    for await (const chunk of response.body ?? []) stream.text += Buffer.from(chunk).toString();
  })();
  reading.catch(() => {});
  await until(() => stream.text.includes("\n\n"));
  stream.endpoint = /^event: endpoint\ndata: (.*)$/m.exec(stream.text)?.[1] ?? "";
  return stream;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const postTo = (path: string, message: unknown, by = token) =>
  send(`${server.base}${path}`, {
    method: "POST",
    headers: rpcHeaders(by),
    body: typeof message === "string" ? message : JSON.stringify(message),
  });

describe("HTTP+SSE", () => {
  it("serves the SDK's own client", async () => {
    const client = await server.connectOverSse(token);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("add_note");
    const result = await client.callTool({ name: "whoami", arguments: {} });
    expect(result.structuredContent).toMatchObject({ username: "demo" });
  });

  it("answers an unknown tool and a guarded one alike", async () => {
    const client = await server.connectOverSse(token);
    await expect(client.callTool({ name: "host_status" })).rejects.toThrow(
      "Unknown tool: host_status",
    );
  });

  it("ends the stream, and the session with it, when the token that opened it expires", async () => {
    const short = await server.pool.token({ exp: Math.floor(Date.now() / 1000) + 3 });
    const stream = await fetch(`${server.base}/sse`, { headers: rpcHeaders(short) });
    const text = await stream.text();
    const endpoint = /^event: endpoint\ndata: (.*)$/m.exec(text)?.[1] ?? "";
    expect(endpoint).toMatch(/^\/messages\?sessionId=/);
    expect((await postTo(endpoint, initialize, short)).status).toBe(401);
    expect((await postTo(endpoint, initialize)).status).toBe(404);
  });

  it("answers another user's message to a session as if there were none", async () => {
    const { endpoint, close } = await openStream();
    const theirs = await postTo(endpoint, initialize, adminToken);
    const nobodys = await postTo("/messages?sessionId=unknown", initialize, adminToken);
    expect(theirs.status).toBe(404);
    expect(theirs.text).toBe(nobodys.text);
    expect((await postTo(endpoint, initialize)).status).toBe(202);
    close();
  });

  it("takes no session of the other transport, in either direction", async () => {
    const { endpoint, close } = await openStream();
    const sseId = new URLSearchParams(endpoint.split("?")[1]).get("sessionId") ?? "";
    const mcpId = await openSession(server.base, token);
    expect((await postTo(`/messages?sessionId=${mcpId}`, initialize)).status).toBe(404);
    const headers = rpcHeaders(token, sseId);
    expect((await send(`${server.base}/mcp`, { method: "DELETE", headers })).status).toBe(404);
    close();
  });

  it("knows its caller by the token of each message", async () => {
    const stream = await openStream();
    await postTo(stream.endpoint, initialize);
    const promoted = await server.pool.token({ "cognito:groups": ["admin"] });
    await postTo(stream.endpoint, callOf("host_status", {}, 10), promoted);
    await postTo(stream.endpoint, callOf("host_status", {}, 11));
    await until(() => stream.text.includes('"id":10') && stream.text.includes('"id":11'));
    const messages = stream.text.split("\n").filter((line) => line.startsWith("data: {"));
    expect(messages.find((line) => line.includes('"id":10'))).toContain("nodeVersion");
    expect(messages.find((line) => line.includes('"id":11'))).toContain("Unknown tool");
    stream.close();
  });

  it("ends the session with its stream", async () => {
    const { endpoint, close } = await openStream();
    const before = (await send(`${server.base}/health`)).json.sessions;
    close();
    let status = 202;
    while (status !== 404) status = (await postTo(endpoint, initialize)).status;
    expect((await send(`${server.base}/health`)).json.sessions).toBe(before - 1);
  });

  it.each([
    ["without sessionId", "/messages", initialize, 400],
    ["with two session ids", "/messages?sessionId=a&sessionId=b", initialize, 400],
    ["with a session id that is a path", "/messages?sessionId=../../x", initialize, 404],
  ])("answers a message %s", async (_case, path, message, status) => {
    expect((await postTo(path, message)).status).toBe(status);
  });

  it.each([
    ["broken JSON", "{", 400, -32700],
    ["a batch", "[]", 400, -32600],
    ["a body of more than 1 MiB", `"${"x".repeat(2 ** 20)}"`, 413, -32000],
  ])("answers %s, and the session goes on", async (_case, body, status, code) => {
    const { endpoint, close } = await openStream();
    const answer = await postTo(endpoint, body);
    expect(answer.status).toBe(status);
    expect(answer.json.error.code).toBe(code);
    expect((await postTo(endpoint, initialize)).status).toBe(202);
    close();
  });

  it.each([
    ["HEAD", "/sse", "GET"],
    ["POST", "/sse", "GET"],
    ["GET", "/messages", "POST"],
  ])("answers %s %s with 405 and Allow", async (method, path, allow) => {
    const answer = await send(`${server.base}${path}`, { method, headers: rpcHeaders(token) });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allow);
  });

  it("answers a stream request that wants JSON with 406", async () => {
    const headers = { ...rpcHeaders(token), Accept: "application/json" };
    expect((await send(`${server.base}/sse`, { headers })).status).toBe(406);
  });
});
