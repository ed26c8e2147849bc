import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
let demo: Client;
let other: Client;
let weatherOnly: Client;

beforeAll(async () => {
  server = await startTestServer();
  await server.untilHealthy();
  const { pool } = server;
  demo = await server.connect(await pool.token());
  other = await server.connect(await pool.token({ sub: "other", username: "other" }));
  weatherOnly = await server.connect(
    await pool.token({ scope: "mcp-auth/weather:read", "cognito:groups": ["user"] }),
  );
  for (const text of ["우유 사기", "Buy bread"]) {
    await demo.callTool({ name: "add_note", arguments: { text } });
  }
});
afterAll(() => server.stop());

async function noteIds(client: Client): Promise<string[]> {
  const ref = { type: "ref/resource" as const, uri: "notes:///{id}" };
  const { completion } = await client.complete({ ref, argument: { name: "id", value: "" } });
  return completion.values;
}

describe("notes as resources", () => {
  it("are all under one address, and each under its id, which is completed", async () => {
    const { resources } = await demo.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(["notes:///all"]);
    const { contents } = await demo.readResource({ uri: "notes:///all" });
    expect(contents).toMatchObject([
      { mimeType: "text/plain", text: expect.stringMatching(/Buy bread[\s\S]*우유 사기/) },
    ]);
    const { resourceTemplates } = await demo.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([{ uriTemplate: "notes:///{id}" }]);
    const [newest] = await noteIds(demo);
    const one = await demo.readResource({ uri: `notes:///${newest}` });
    expect(one.contents).toMatchObject([{ text: "Buy bread" }]);
  });

  it("are each caller's own: another's note is not found, as one that never was", async () => {
    const [mine] = await noteIds(demo);
    expect(await noteIds(other)).toEqual([]);
    const { contents } = await other.readResource({ uri: "notes:///all" });
    expect(contents).toMatchObject([{ text: "There are no notes." }]);
    for (const uri of [
      `notes:///${mine}`,
      "notes:///000000000000-00000000",
      "file:///etc/passwd",
    ]) {
      const refused = { code: -32002, message: expect.stringContaining("Resource not found") };
      await expect(other.readResource({ uri })).rejects.toMatchObject(refused);
    }
  });

  it("are not there for a token that may not read notes", async () => {
    expect((await weatherOnly.listResources()).resources).toEqual([]);
    expect((await weatherOnly.listResourceTemplates()).resourceTemplates).toEqual([]);
    expect(await noteIds(weatherOnly)).toEqual([]);
    const refused = { code: -32002 };
    await expect(weatherOnly.readResource({ uri: "notes:///all" })).rejects.toMatchObject(refused);
  });
});

describe("the server's prompts", () => {
  const textOf = async (args: Record<string, string>) => {
    const { messages } = await demo.getPrompt({ name: "summarize_notes", arguments: args });
    return JSON.stringify(messages);
  };

  it("put the notes that are meant beside the words that ask about them", async () => {
    const { messages } = await demo.getPrompt({ name: "summarize_notes", arguments: {} });
    expect(messages).toMatchObject([
      { role: "user", content: { type: "text", text: expect.stringContaining("my notes") } },
      { role: "user", content: { type: "resource", resource: { uri: "notes:///all" } } },
    ]);
    const about = await textOf({ about: "우유", language: "한국어" });
    expect(about).toContain("우유 사기");
    expect(about).not.toContain("Buy bread");
    expect(about).toContain("in this language: 한국어");
  });

  it("complete what their arguments may be", async () => {
    const complete = async (name: string, argument: string, value: string) => {
      const ref = { type: "ref/prompt" as const, name };
      const { completion } = await demo.complete({ ref, argument: { name: argument, value } });
      return completion.values;
    };
    expect(await complete("weather_briefing", "state", "c")).toEqual(["CA", "CO", "CT"]);
    expect(await complete("summarize_notes", "language", "한")).toEqual(["한국어"]);
    expect(await complete("summarize_notes", "about", "")).toEqual([]);
  });

  it.each([
    ["an argument that is missing", "weather_briefing", {}, /needs the argument state/],
    ["an argument that is blank", "weather_briefing", { state: "  " }, /needs the argument/],
    ["a name that is none", "constructor", {}, /Unknown prompt: constructor/],
  ])("are refused with %s", async (_what, name, args, message) => {
    await expect(demo.getPrompt({ name, arguments: args })).rejects.toThrow(message);
  });

  it("are hidden from a token that may not use what they are about", async () => {
    const { prompts } = await weatherOnly.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["weather_briefing"]);
    await expect(weatherOnly.getPrompt({ name: "summarize_notes" })).rejects.toThrow("Unknown");
  });
});
