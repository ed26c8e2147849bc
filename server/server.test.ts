import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.untilHealthy();
});
afterAll(() => server.stop());

describe("the SDK's own clients", () => {
  it("list and call tools over Streamable HTTP", async () => {
    const client = await server.connect(await server.pool.token());
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "whoami",
      "get_forecast",
      "get_alerts",
      "list_notes",
      "add_note",
      "search_notes",
      "delete_note",
    ]);
    const result = await client.callTool({ name: "whoami", arguments: {} });
    expect(result.structuredContent).toMatchObject({ username: "demo", groups: ["user"] });
  });

  it("list and call tools over HTTP+SSE", async () => {
    const client = await server.connectOverSse(await server.pool.token());
    expect((await client.listTools()).tools).toHaveLength(7);
    const result = await client.callTool({ name: "whoami", arguments: {} });
    expect(result.structuredContent).toMatchObject({ username: "demo" });
  });
});
