import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { callOf, initialize, openSession, post, rpcHeaders, send } from "../testing/rpc.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { defineTool, type Tool, type ToolOutcome } from "../tools/tool.ts";

/** Runs until its caller loses interest, and says so. */
const waiting = { started: 0, aborted: 0 };
const waitForever = defineTool({
  name: "wait_forever",
  title: "Wait",
  description: "Waits",
  annotations: { readOnlyHint: true },
  access: "signed-in",
  input: z.object({}),
  output: z.object({}),
  run: (_args, _caller, { signal }) =>
    new Promise((_resolve, reject) => {
      waiting.started += 1;
      signal.addEventListener("abort", () => {
        waiting.aborted += 1;
        reject(signal.reason);
      });
    }),
});
/** Goes on where its caller has lost interest, until it is told to end. */
const ends: ((outcome: ToolOutcome) => void)[] = [];
const deaf: Tool = {
  ...waitForever,
  name: "deaf",
  call: () => new Promise((resolve) => ends.push(resolve)),
};
const broken = defineTool({
  name: "broken",
  title: "Broken",
  description: "Breaks",
  annotations: { readOnlyHint: true },
  access: "signed-in",
  input: z.object({}),
  output: z.object({}),
  run: async () => {
    throw new Error("internal detail");
  },
});

let server: TestServer;
let token: string;
let adminToken: string;
beforeAll(async () => {
  server = await startTestServer({}, { extraTools: [waitForever, deaf, broken] });
  await server.untilHealthy();
  token = await server.pool.token();
  adminToken = await server.pool.token({
    sub: "99999999-2222-4333-8444-555555555555",
    username: "admin",
    "cognito:groups": ["admin"],
  });
});
afterAll(() => server.stop());

const list = { jsonrpc: "2.0", id: 3, method: "tools/list" };
const namesOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("the SDK's own client over Streamable HTTP", () => {
  it("lists the tools of contract, without those of other groups", async () => {
    expect(await namesOf(await server.connect(token))).toEqual([
      "whoami",
      "get_forecast",
      "get_alerts",
      "list_notes",
      "add_note",
      "search_notes",
      "delete_note",
      "wait_forever",
      "deaf",
      "broken",
    ]);
  });

  it("lists and calls host_status as an administrator", async () => {
    const client = await server.connect(adminToken);
    expect(await namesOf(client)).toContain("host_status");
    const result = await client.callTool({ name: "host_status" });
    expect(result.structuredContent).toMatchObject({ nodeVersion: process.version });
  });

  it("adds, lists, finds and deletes a Korean note whose results fit their schemas", async () => {
    const client = await server.connect(token);
    await client.listTools();
    const added = await client.callTool({ name: "add_note", arguments: { text: "우유 사기 🥛" } });
    const { note } = added.structuredContent as { note: { id: string } };
    const found = await client.callTool({ name: "search_notes", arguments: { query: "우유" } });
    expect(found.structuredContent).toMatchObject({ notes: [{ text: "우유 사기 🥛" }] });
    const other = await server.connect(adminToken);
    const denied = await other.callTool({ name: "delete_note", arguments: { id: note.id } });
    expect(denied.isError).toBe(true);
    await client.callTool({ name: "delete_note", arguments: { id: note.id } });
    const listed = await client.callTool({ name: "list_notes", arguments: {} });
    expect(listed.structuredContent).toEqual({ total: 0, notes: [] });
  });

  it("gets the same JSON-RPC error for a tool of another group as for an unknown one", async () => {
    const client = await server.connect(token);
    const refused = client.callTool({ name: "host_status" });
    await expect(refused).rejects.toMatchObject({ code: -32602 });
    await expect(refused).rejects.toThrow("Unknown tool: host_status");
    await expect(client.callTool({ name: "nothing" })).rejects.toThrow("Unknown tool: nothing");
  });

  it("gets a result that names each wrong argument, and can go on", async () => {
    const client = await server.connect(token);
    const wrong = { latitude: 200, longitude: "east", extra: 1 };
    const result = await client.callTool({ name: "get_forecast", arguments: wrong });
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content)).toMatch(/latitude.*longitude.*extra/);
    expect((await client.callTool({ name: "whoami" })).isError).toBeUndefined();
  });

  it("gets no detail of a defect, only the id under which the log has it", async () => {
    const client = await server.connect(token);
    const result = await client.callTool({ name: "broken" });
    const id = /under ([\w-]+)\./.exec(JSON.stringify(result.content))?.[1] ?? "none";
    expect(JSON.stringify(result)).not.toContain("internal detail");
    const line = server.logLines.find((text) => text.includes("internal detail"));
    expect(line).toContain(id);
  });

  it("can cancel a call: the tool is told, and the stream that waited for it ends", async () => {
    const session = await openSession(server.base, token);
    const before = { ...waiting };
    const call = post(server.base, token, callOf("wait_forever", {}, 77), session);
    await until(() => waiting.started > before.started);
    const cancel = {
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: 77, reason: "changed my mind" },
    };
    expect((await post(server.base, token, cancel, session)).status).toBe(202);
    expect((await call).text).toBe("");
    expect(waiting.aborted).toBe(before.aborted + 1);
  });

  it("gets its own result where it uses the id of a call again that it has cancelled", async () => {
    const session = await openSession(server.base, token);
    const call = () => post(server.base, token, callOf("deaf", {}, 5), session);
    const first = call();
    await until(() => ends.length === 1);
    const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 5 } };
    await post(server.base, token, cancel, session);
    expect((await first).text).toBe("");
    const second = call();
    await until(() => ends.length === 2);
    ends[0]?.({ kind: "failed", text: "of the first" });
    // The first is over before the answer to this comes.
    await post(server.base, token, list, session);
    ends[1]?.({ kind: "failed", text: "of the second" });
    expect((await second).text).toContain("of the second");
  });
});

describe("sessions of /mcp", () => {
  it("have ids that nobody can guess and nobody can choose", async () => {
    const chosen = "11111111-1111-4111-8111-111111111111";
    expect((await post(server.base, token, initialize, chosen)).status).toBe(404);
    const first = await openSession(server.base, token);
    const second = await openSession(server.base, token);
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
  });

  it("answer another user exactly as if they did not exist, on every method", async () => {
    const session = await openSession(server.base, token);
    const unknown = "00000000-0000-4000-8000-000000000000";
    for (const method of ["POST", "GET", "DELETE"]) {
      const [theirs, nobodys] = await Promise.all(
        [session, unknown].map((id) =>
          send(`${server.base}/mcp`, {
            method,
            headers: rpcHeaders(adminToken, id),
            ...(method === "POST" && { body: JSON.stringify(list) }),
          }),
        ),
      );
      expect(theirs?.status, method).toBe(404);
      expect(theirs?.text, method).toBe(nobodys?.text);
    }
    expect((await post(server.base, token, list, session)).status).toBe(200);
  });

  it("answer the same user through another app client with 404", async () => {
    const two = await startTestServer({ COGNITO_PUBLIC_CLIENT_ID: "public1" });
    const session = await openSession(two.base, await two.pool.token());
    const other = await two.pool.token({ client_id: "public1" });
    expect((await post(two.base, other, list, session)).status).toBe(404);
    await two.stop();
  });

  it("know their caller by the token of each request: groups change with a fresh one", async () => {
    const session = await openSession(server.base, token);
    const promoted = await server.pool.token({ "cognito:groups": ["user", "admin"] });
    const before = await post(server.base, token, list, session);
    const after = await post(server.base, promoted, list, session);
    expect(before.text).not.toContain("host_status");
    expect(after.text).toContain("host_status");
    const demoted = await post(server.base, token, callOf("host_status"), session);
    expect(demoted.json.error).toMatchObject({
      code: -32602,
      message: "Unknown tool: host_status",
    });
  });

  it("end with DELETE: 404 from then on", async () => {
    const session = await openSession(server.base, token);
    const headers = rpcHeaders(token, session);
    expect((await send(`${server.base}/mcp`, { method: "DELETE", headers })).status).toBe(200);
    expect((await post(server.base, token, list, session)).status).toBe(404);
    expect((await send(`${server.base}/mcp`, { method: "DELETE", headers })).status).toBe(404);
  });

  it("tell a tool that is at work when they end", async () => {
    const session = await openSession(server.base, token);
    const before = { ...waiting };
    const call = post(server.base, token, callOf("wait_forever"), session);
    await until(() => waiting.started > before.started);
    const headers = rpcHeaders(token, session);
    await send(`${server.base}/mcp`, { method: "DELETE", headers });
    await call;
    await until(() => waiting.aborted > before.aborted);
  });

  it("are not opened by a message that the transport turns away", async () => {
    const count = async () => (await send(`${server.base}/health`)).json.sessions;
    const before = await count();
    const accept = { Accept: "application/json" };
    expect((await post(server.base, token, initialize, undefined, accept)).status).toBe(406);
    expect(await count()).toBe(before);
  });

  it("end the stream that waits for an answer when the token of its request expires", async () => {
    const short = await server.pool.token({ exp: Math.floor(Date.now() / 1000) + 3 });
    const session = await openSession(server.base, short);
    const answer = await post(server.base, short, callOf("wait_forever"), session);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain("jsonrpc");
    const lastEventId = /^id: (.*)$/m.exec(answer.text)?.[1] ?? "";
    const rest = (by: string) =>
      fetch(`${server.base}/mcp`, {
        headers: { ...rpcHeaders(by, session), "Last-Event-ID": lastEventId },
      });
    expect((await rest(short)).status).toBe(401);
    const resumed = await rest(token);
    expect(resumed.status).toBe(200);
    await resumed.body?.cancel();
  });

  it("end the stream that listens when the token of its request expires", async () => {
    const session = await openSession(server.base, token);
    const short = await server.pool.token({ exp: Math.floor(Date.now() / 1000) + 3 });
    const stream = await fetch(`${server.base}/mcp`, { headers: rpcHeaders(short, session) });
    expect(stream.status).toBe(200);
    // It is read to its end, which the server makes.
    expect(await stream.text()).not.toContain("jsonrpc");
    expect((await send(`${server.base}/mcp`, { headers: rpcHeaders(short, session) })).status).toBe(
      401,
    );
    expect((await post(server.base, token, list, session)).status).toBe(200);
  });

  it("allow one listening stream at a time", async () => {
    const session = await openSession(server.base, token);
    const controller = new AbortController();
    const headers = rpcHeaders(token, session);
    const first = await fetch(`${server.base}/mcp`, { headers, signal: controller.signal });
    expect(first.headers.get("content-type")).toBe("text/event-stream");
    expect((await send(`${server.base}/mcp`, { headers })).status).toBe(409);
    controller.abort();
  });
});
