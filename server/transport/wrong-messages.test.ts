import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initialize, openSession, post, rpcHeaders, send } from "../testing/rpc.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  await server.untilHealthy();
  token = await server.pool.token();
});
afterAll(() => server.stop());

const list = { jsonrpc: "2.0", id: 3, method: "tools/list" };

describe("messages that are wrong leave the session usable", () => {
  let session: string;
  beforeAll(async () => {
    session = await openSession(server.base, token);
  });
  const postRaw = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    send(`${server.base}/mcp`, {
      method: "POST",
      headers: { ...rpcHeaders(token, session), ...headers },
      body,
    });
  const valid = JSON.stringify(list);

  it.each([
    ["broken JSON", "{", 400, -32700],
    ["an empty body", "", 400, -32700],
    ["a batch", `[${valid}]`, 400, -32600],
    ["JSON that is no message", '{"hello":1}', 400, -32600],
    ["a body of more than 1 MiB", JSON.stringify({ ...list, x: "x".repeat(2 ** 20) }), 413, -32000],
  ])("%s", async (_case, body, status, code) => {
    const answer = await postRaw(body);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ jsonrpc: "2.0", error: { code }, id: null });
    expect((await postRaw(valid)).status).toBe(200);
  });

  it.each([
    ["a wrong content type", { "Content-Type": "text/plain" }, 415],
    ["a charset besides UTF-8", { "Content-Type": "application/json; charset=euc-kr" }, 415],
    ["a compressed body", { "Content-Encoding": "gzip" }, 415],
    ["an Accept header without event streams", { Accept: "application/json" }, 406],
    ["an unknown protocol version", { "MCP-Protocol-Version": "1999-01-01" }, 400],
  ])("%s", async (_case, headers, status) => {
    const answer = await postRaw(valid, headers);
    expect(answer.status).toBe(status);
    expect(answer.json.error.code).toBe(-32000);
    expect((await postRaw(valid)).status).toBe(200);
  });

  it("an unknown method is a JSON-RPC error", async () => {
    const answer = await postRaw(JSON.stringify({ ...list, method: "no/such/method" }));
    expect(answer.json).toMatchObject({ id: 3, error: { code: -32601 } });
  });

  it.each([
    ["no parameters", undefined, "Invalid params: "],
    ["no name", {}, "name: "],
    ["arguments that are a list", { name: "whoami", arguments: [] }, "arguments: "],
    ["arguments that are text", { name: "whoami", arguments: "x" }, "arguments: "],
  ])("a tools/call with %s is a JSON-RPC error that says so", async (_case, params, text) => {
    const answer = await postRaw(JSON.stringify({ ...list, method: "tools/call", params }));
    expect(answer.json.error).toMatchObject({ code: -32602 });
    expect(answer.json.error.message).toContain(text);
    expect((await postRaw(valid)).status).toBe(200);
  });

  it("a message before initialize is told what is missing", async () => {
    const answer = await post(server.base, token, list);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ id: 3, error: { message: /Mcp-Session-Id/ } });
  });

  it("an initialize without its parameters is told what is missing", async () => {
    for (const id of [undefined, session]) {
      const answer = await post(server.base, token, { ...initialize, params: {} }, id);
      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({ id: 1, error: { code: -32602 } });
    }
  });

  it("a second initialize in a session is refused", async () => {
    expect((await post(server.base, token, initialize, session)).status).toBe(400);
  });

  it.each(["GET", "DELETE"])("%s without a session id is 400", async (method) => {
    const answer = await send(`${server.base}/mcp`, { method, headers: rpcHeaders(token) });
    expect(answer.status).toBe(400);
  });

  it.each(["PUT", "PATCH", "OPTIONS", "HEAD"])("%s is 405 with Allow", async (method) => {
    const answer = await send(`${server.base}/mcp`, {
      method,
      headers: rpcHeaders(token, session),
    });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe("GET, POST, DELETE");
  });
});
