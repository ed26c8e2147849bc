import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, runClient } from "../chain/local-stack.ts";
import { signInAsUser } from "../support/sign-in-as-user.ts";
import { startWithWellKnownServers } from "./well-known-servers.ts";

// Servers that people know, behind the program of `make start`: everything, filesystem, memory.

let stack: LocalStack;
const clients: Client[] = [];
beforeAll(async () => {
  stack = await startWithWellKnownServers();
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await stack?.stop();
});

async function connect(username: string, capabilities = {}): Promise<Client> {
  const token = await signInAsUser(stack.environment, username);
  const client = new Client({ name: "test", version: "1" }, { capabilities });
  const url = new URL(stack.environment.MCP_SERVER_URL ?? "");
  await client.connect(
    new StreamableHTTPClientTransport(url, {
      requestInit: { headers: { Authorization: `Bearer ${token}` } },
    }) as Parameters<Client["connect"]>[0],
  );
  clients.push(client);
  return client;
}

const ask = (username: string, ...more: string[]) =>
  runClient(stack.folder, [stack.environment.MCP_SERVER_URL ?? "", username, ...more]);

describe("through make chat", () => {
  it("their tools are listed under their names, and another group's are not", async () => {
    const { stdout, exitCode } = await ask("demo", "--list-tools");
    for (const name of ["everything.echo", "files.write_file", "memory.create_entities"]) {
      expect(stdout).toContain(name);
    }
    expect(stdout).not.toMatch(/staff\.|memory\.delete_entities/);
    expect(exitCode).toBe(0);
  });

  it.each([
    ["what is the sum of 3 and 39?", "everything.get-sum", "42"],
    ["3과 39의 합을 구해 줘 everything.get-sum", "everything.get-sum", "42"],
  ])("a question in words calls one: %s", async (question, tool, answer) => {
    const { events, stderr } = await ask("demo", "--yes", "--json", "--prompt", question);
    expect(stderr).toBe("");
    expect(events).toContainEqual(expect.objectContaining({ type: "tool_call", name: tool }));
    expect(JSON.stringify(events)).toContain(answer);
  });
});

describe("two users", () => {
  it("have files and a memory of their own", async () => {
    const [demo, admin] = [await connect("demo"), await connect("admin")];
    const { content } = await demo.callTool({ name: "files.list_allowed_directories" });
    const [, path = ""] = /(\/\S+)/.exec(JSON.stringify(content).replaceAll("\\n", "\n")) ?? [];
    const file = `${path.replace(/"?\}?\]?$/, "")}/mine.txt`;
    await demo.callTool({
      name: "files.write_file",
      arguments: { path: file, content: "데모의 것" },
    });
    const read = (client: Client) =>
      client.callTool({ name: "files.read_text_file", arguments: { path: file } });
    expect(JSON.stringify(await read(demo))).toContain("데모의 것");
    const refused = await read(admin);
    expect(refused.isError).toBe(true);
    expect(JSON.stringify(refused)).toContain("denied");

    const entities = [{ name: "demo-fact", entityType: "fact", observations: ["mine"] }];
    await demo.callTool({ name: "memory.create_entities", arguments: { entities } });
    const graph = async (client: Client) =>
      JSON.stringify(await client.callTool({ name: "memory.read_graph" }));
    expect(await graph(demo)).toContain("demo-fact");
    expect(await graph(admin)).not.toContain("demo-fact");
  });

  it("may call what their group may, and nothing else", async () => {
    const [demo, admin] = [await connect("demo"), await connect("admin")];
    const call = (client: Client, name: string) =>
      client.callTool({ name, arguments: { entityNames: [] } });
    await expect(call(demo, "staff.read_graph")).rejects.toThrow("Unknown tool");
    await expect(call(demo, "memory.delete_entities")).rejects.toThrow("Unknown tool");
    expect((await call(admin, "memory.delete_entities")).isError).not.toBe(true);
  });
});

describe("server-everything", () => {
  it("reports progress while it works", async () => {
    const demo = await connect("demo");
    const seen: number[] = [];
    await demo.callTool(
      { name: "everything.trigger-long-running-operation", arguments: { duration: 1, steps: 4 } },
      undefined,
      { onprogress: ({ progress }) => void seen.push(progress) },
    );
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it("asks the user by elicitation", async () => {
    const demo = await connect("demo", { elicitation: {} });
    const asked: string[] = [];
    demo.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params.message);
      return { action: "decline" };
    });
    const result = await demo.callTool({ name: "everything.trigger-elicitation-request" });
    expect(asked).toHaveLength(1);
    expect(JSON.stringify(result)).toContain("declined");
  });

  it("has its prompts, resources and templates read", async () => {
    const demo = await connect("demo");
    const { prompts } = await demo.listPrompts();
    const simple = prompts.find(({ name }) => name === "everything.simple-prompt");
    expect(simple).toBeDefined();
    const prompt = await demo.getPrompt({ name: "everything.simple-prompt" });
    expect(prompt.messages.length).toBeGreaterThan(0);
    const { resources } = await demo.listResources();
    const [first] = resources.filter(({ uri }) => uri.startsWith("everything+"));
    const read = await demo.readResource({ uri: first?.uri ?? "" });
    expect(read.contents[0]?.uri).toBe(first?.uri);
    const { resourceTemplates } = await demo.listResourceTemplates();
    const templates = resourceTemplates.map(({ uriTemplate }) => uriTemplate);
    expect(templates.some((each) => each.startsWith("everything+"))).toBe(true);
  });
});
