import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { callOf, openSession, post } from "../testing/rpc.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { defineTool } from "../tools/tool.ts";

/** Behind the gateway a tool's name is whatever a caller writes after the server's. */
const oddTool = defineTool({
  name: 'files.노트"\r\n, resource_metadata="https://evil.example/x',
  title: "Odd",
  description: "A tool with a name that ends a header's value",
  annotations: {},
  access: { scope: "weather:read", groups: [] },
  input: z.object({}),
  output: z.object({}),
  run: async () => ({ kind: "done", text: "", structured: {} }),
});

let server: TestServer;
let reader: string;
let passwordUser: string;
beforeAll(async () => {
  server = await startTestServer({}, { extraTools: [oddTool] });
  await server.untilHealthy();
  reader = await server.pool.token({ scope: "openid mcp-auth/notes:read" });
  passwordUser = await server.pool.token();
});
afterAll(() => server.stop());

it("responds 403 with all scopes that are needed and where the metadata is", async () => {
  const session = await openSession(server.base, reader);
  const answer = await post(server.base, reader, callOf("add_note", { text: "x" }, 7), session);
  expect(answer.status).toBe(403);
  expect(answer.headers["www-authenticate"]).toMatch(/^Bearer error="insufficient_scope", /);
  expect(answer.headers["www-authenticate"]).toContain(
    'scope="mcp-auth/notes:read mcp-auth/notes:write", ' +
      `resource_metadata="${server.url}/.well-known/oauth-protected-resource/mcp"`,
  );
  expect(answer.json).toMatchObject({ jsonrpc: "2.0", id: 7, error: { code: -32003 } });
});

it("lets no name of a tool say anything else in the challenge, whatever it is made of", async () => {
  const session = await openSession(server.base, reader);
  const answer = await post(server.base, reader, callOf(oddTool.name), session);
  expect(answer.status).toBe(403);
  expect(answer.headers["www-authenticate"]?.match(/resource_metadata="[^"]*"/g)).toEqual([
    `resource_metadata="${server.url}/.well-known/oauth-protected-resource/mcp"`,
  ]);
});

it("lets a call through that the token allows, and lists nothing beyond", async () => {
  const client = await server.connect(reader);
  const names = (await client.listTools()).tools.map(({ name }) => name);
  expect(names).toEqual(["whoami", "list_notes", "search_notes"]);
  const found = await client.callTool({ name: "search_notes", arguments: { query: "x" } });
  expect(found.isError).toBeFalsy();
});

it("answers over HTTP+SSE with a JSON-RPC error that has the scopes", async () => {
  const client = await server.connectOverSse(reader);
  await expect(
    client.callTool({ name: "add_note", arguments: { text: "x" } }),
  ).rejects.toMatchObject({
    code: -32003,
    data: {
      error: "insufficient_scope",
      scope: "mcp-auth/notes:read mcp-auth/notes:write",
    },
  });
});

it("answers a tool that a group alone guards as an unknown one, not with 403", async () => {
  const session = await openSession(server.base, reader);
  const guarded = await post(server.base, reader, callOf("host_status"), session);
  const unknown = await post(server.base, reader, callOf("no_such_tool"), session);
  expect(guarded.status).toBe(200);
  expect(guarded.text.replace("host_status", "no_such_tool")).toBe(unknown.text);
});

it("lets a member of group user do all that it could, signed in with a password", async () => {
  const client = await server.connect(passwordUser);
  expect((await client.listTools()).tools).toHaveLength(7);
  const noted = await client.callTool({ name: "add_note", arguments: { text: "우유" } });
  expect(noted.isError).toBeFalsy();
});

it("does not stumble over a call whose parameters are none", async () => {
  const session = await openSession(server.base, reader);
  const call = { jsonrpc: "2.0", id: 9, method: "tools/call", params: { name: 5 } };
  const answer = await post(server.base, reader, call, session);
  expect(answer.json).toMatchObject({ id: 9, error: { code: -32602 } });
});
