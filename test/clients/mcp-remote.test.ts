import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startLocalStack } from "../chain/local-stack.ts";
import { findAuthorizationUrl, signInAsPerson } from "./person.ts";
import { mcpRemote, strangersEnvironment } from "./places.ts";

// mcp-remote as Claude Desktop, Cursor and others start it: over stdio, with nothing but the URL.

let stack: LocalStack;
const clients: Client[] = [];
beforeAll(async () => {
  stack = await startLocalStack();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => stack?.stop());

function start(env: Record<string, string>, ...options: string[]) {
  const { command, args } = mcpRemote(stack.environment.MCP_SERVER_URL ?? "", ...options);
  const transport = new StdioClientTransport({ command, args: [...args], env, stderr: "pipe" });
  const client = new Client({ name: "test", version: "1" });
  clients.push(client);
  const { stderr } = transport;
  if (stderr === null) throw new Error("The program's stderr is not a pipe");
  return { client, stderr, connected: client.connect(transport, { timeout: 80_000 }) };
}

describe("mcp-remote", () => {
  const home = strangersEnvironment();

  it("signs in through the browser and calls a tool", async () => {
    const { client, stderr, connected } = start(home);
    const url = await findAuthorizationUrl(stderr);
    const { pages, callback } = await signInAsPerson(stack, url);
    expect(pages).toEqual(["Let this application in? · CLEANAUTH", "Sign in"]);
    expect(callback.hostname).toBe("localhost");
    await connected;
    const result = await client.callTool({ name: "whoami" });
    expect(JSON.stringify(result.content)).toContain("Signed in as demo");
    await client.callTool({ name: "add_note", arguments: { text: "우유 사기" } });
    const notes = await client.callTool({ name: "list_notes" });
    expect(JSON.stringify(notes.content)).toContain("우유 사기");
  });

  it("needs no second sign-in in its second run", async () => {
    const { client, connected } = start(home);
    await connected;
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("get_forecast");
  });
});
