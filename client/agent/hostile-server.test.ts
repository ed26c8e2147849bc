import { afterEach, describe, expect, it } from "vitest";
import {
  answer,
  type HostileServer,
  type Misbehaviour,
  openStream,
  pour,
  startHostileServer,
} from "../testing/hostile-server.ts";
import { createTestTokens } from "../testing/mcp-server.ts";
import type { McpConnection } from "./agent.ts";
import { connectMcp } from "./mcp-connection.ts";

let server: HostileServer;
let connection: McpConnection | undefined;
afterEach(async () => {
  await connection?.close();
  connection = undefined;
  await server.close();
});

const never = new AbortController().signal;

async function connect(misbehaviours: Record<string, Misbehaviour>): Promise<McpConnection> {
  server = await startHostileServer(misbehaviours);
  const options = { serverUrl: server.url, tokens: createTestTokens(), clientVersion: "0" };
  connection = await connectMcp(options);
  return connection;
}

const call = async (misbehaviour: Misbehaviour) =>
  (await connect({ "tools/call": misbehaviour })).callTool("tool", {}, never);

const withTools =
  (tools: object[]): Misbehaviour =>
  (response, id) =>
    answer(response, id, { tools });

/** A busy machine floods slowly. */
const patience = { timeout: 15_000 };
const flooded = { code: "server_floods" };
const inputSchema = { type: "object" };
const changed = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';

const json: Misbehaviour = (response) =>
  void response.writeHead(200, { "content-type": "application/json" });

/** How often the server was sent something. */
const count = (name: string) => server.received.filter((each) => each === name).length;

describe("a server that says too much", () => {
  it.each<[string, Misbehaviour]>([
    [
      "JSON without an end",
      (response, id) => {
        json(response, id);
        response.write('{"jsonrpc":"2.0","result":"');
        pour(response, "x".repeat(65_536));
      },
    ],
    [
      "a line without an end",
      (response) => {
        openStream(response);
        response.write("data: ");
        pour(response, "x".repeat(65_536));
      },
    ],
    [
      "an event without an end",
      (response) => {
        openStream(response);
        pour(response, `data: ${"x".repeat(100)}\n`.repeat(500));
      },
    ],
    [
      "events without an end",
      (response) => {
        openStream(response);
        pour(response, `data: ${changed}\n\n`.repeat(500));
      },
    ],
    [
      "comments without an end",
      (response) => {
        openStream(response);
        pour(response, ":\n".repeat(20_000));
      },
    ],
    [
      "lines that end with a return alone",
      (response) => {
        openStream(response);
        pour(response, "\r".repeat(65_536));
      },
    ],
  ])("is left when a call is answered with %s", async (_what, misbehaviour) => {
    const before = process.memoryUsage().rss;
    await expect(call(misbehaviour)).rejects.toMatchObject(flooded);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
    expect(count("tools/call")).toBe(1);
  });

  it("is left when the session cannot even be opened", async () => {
    const endless: Misbehaviour = (response, id) => {
      json(response, id);
      pour(response, " ".repeat(65_536));
    };
    await expect(connect({ initialize: endless })).rejects.toMatchObject(flooded);
  });

  it("is left when its own stream has no end", async () => {
    const opened = await connect({
      GET: (response) => {
        openStream(response);
        pour(response, `data: ${changed}\n\n`.repeat(500));
      },
    });
    await expect
      .poll(() => opened.callTool("tool", {}, never).catch((e) => e), patience)
      .toMatchObject(flooded);
  });

  it("gives a result that is cut, however long it is", async () => {
    const text = "\x1b[2Jx".repeat(500_000);
    const result = await call((response, id) =>
      answer(response, id, { content: [{ type: "text", text }] }),
    );
    expect(result.text.length).toBeLessThan(100_100);
    expect(result.text).toMatch(/^x+\n\[\d+ more characters were left out\]$/);
  });
});

describe("a server that asks for too much", () => {
  it("has its tools listed again once a second at most", async () => {
    await connect({
      GET: (response) => {
        openStream(response);
        response.write(`data: ${changed}\n\n`.repeat(5_000));
      },
    });
    await expect.poll(() => count("tools/list"), patience).toBe(3);
    expect(count("GET")).toBe(1);
  });

  it("is left when it has one request after the other answered", async () => {
    const opened = await connect({
      GET: (response) => {
        openStream(response);
        const pings = Array.from({ length: 2_000 }, (_, id) =>
          JSON.stringify({ jsonrpc: "2.0", id, method: "ping" }),
        );
        response.write(pings.map((ping) => `data: ${ping}\n\n`).join(""));
      },
    });
    await expect
      .poll(() => opened.callTool("tool", {}, never).catch((e) => e), patience)
      .toMatchObject(flooded);
    expect(count("reply")).toBeLessThan(400);
  });

  it("has its stream opened anew once a second at most, whatever it wishes", async () => {
    await connect({
      GET: (response) => {
        openStream(response);
        response.end("retry: 0\nid: 1\ndata:\n\n");
      },
    });
    await expect.poll(() => count("GET"), patience).toBeGreaterThan(10);
    const opened = count("GET");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(count("GET") - opened).toBeLessThan(10);
  });
});

describe("a server whose tools are a trick", () => {
  it("is refused when it lists too many at once, or takes too much to describe them", async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({ name: `t${index}`, inputSchema }));
    await expect(connect({ "tools/list": withTools(many) })).rejects.toMatchObject({
      code: "server_too_many_tools",
    });
    await server.close();
    const description = "x".repeat(9_000);
    const long = many.slice(0, 400).map((tool) => ({ ...tool, description }));
    await expect(connect({ "tools/list": withTools(long) })).rejects.toMatchObject({
      code: "server_too_many_tools",
    });
  });

  it("has long descriptions cut, and tools left out whose schemas are bombs", async () => {
    // Too deep to be written by JSON.stringify, here as well as on the other side.
    const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    const wide = { enum: Array.from({ length: 20_000 }, (_, index) => `value ${index}`) };
    const opened = await connect({
      "tools/list": (response, id) => {
        const tools = [
          { name: "long", inputSchema, description: "x".repeat(1_000_000) },
          { name: "deep", inputSchema: { type: "object", properties: { a: "DEEP" } } },
          { name: "wide", inputSchema: { type: "object", properties: { a: wide } } },
        ];
        json(response, id);
        const text = JSON.stringify({ jsonrpc: "2.0", id, result: { tools } });
        response.end(text.replace('"DEEP"', deep));
      },
    });
    expect(opened.tools().map(({ name, description }) => [name, description.length])).toEqual([
      ["long", 10_000],
    ]);
  });

  it("does not have a pattern run, or a schema compiled, that never comes to an end", async () => {
    const pattern = { type: "string", pattern: "^(a+)+$" };
    const bomb = { $defs: { x: { allOf: [{ $ref: "#/$defs/x" }, { $ref: "#/$defs/x" }] } } };
    const outputSchema = {
      ...bomb,
      type: "object",
      properties: { text: pattern },
      $ref: "#/$defs/x",
    };
    const opened = await connect({
      "tools/list": withTools([{ name: "tool", inputSchema, outputSchema }]),
      "tools/call": (response, id) =>
        answer(response, id, { content: [], structuredContent: { text: `${"a".repeat(40)}!` } }),
    });
    const began = Date.now();
    expect(await opened.callTool("tool", {}, never)).toMatchObject({ isError: false });
    expect(Date.now() - began).toBeLessThan(2_000);
  });

  it("has a result refused that is not of the structure it promised", async () => {
    const outputSchema = { type: "object", properties: { n: { type: "integer" } } };
    const opened = await connect({
      "tools/list": withTools([{ name: "tool", inputSchema, outputSchema }]),
      "tools/call": (response, id) =>
        answer(response, id, { content: [], structuredContent: { n: "no number" } }),
    });
    const result = await opened.callTool("tool", {}, never);
    expect(result).toMatchObject({ isError: true, text: expect.stringContaining("the result.n") });
  });
});

describe("a server whose prompts and resources are a trick", () => {
  const capable: Misbehaviour = (response, id) =>
    answer(response, id, {
      protocolVersion: "2025-11-25",
      capabilities: { prompts: { listChanged: true }, resources: { listChanged: true } },
      serverInfo: { name: "hostile", version: "1" },
    });
  const prompts =
    (list: unknown): Misbehaviour =>
    (response, id) =>
      answer(response, id, { prompts: list });

  async function offersOf(misbehaviours: Record<string, Misbehaviour>) {
    server = await startHostileServer({ initialize: capable, ...misbehaviours });
    const options = { serverUrl: server.url, tokens: createTestTokens(), clientVersion: "0" };
    const opened = await connectMcp({ ...options, onEvent: () => {} });
    connection = opened;
    const areListed = () => {
      const { prompts: one, resources: other } = opened.offers();
      return one.state !== "listing" && other.state !== "listing";
    };
    await expect.poll(areListed, patience).toBe(true);
    return { opened, ...opened.offers() };
  }
  const templates: Misbehaviour = (response, id) => answer(response, id, { resourceTemplates: [] });
  const resources: Misbehaviour = (response, id) => answer(response, id, { resources: [] });
  const nothing = { "resources/list": resources, "resources/templates/list": templates };

  it("has no more than a thousand listed, and pages without an end left", async () => {
    const many = Array.from({ length: 700 }, (_, index) => ({ name: `p${index}` }));
    const { prompts: listed } = await offersOf({
      ...nothing,
      "prompts/list": (response, id) => answer(response, id, { prompts: many, nextCursor: "more" }),
      "resources/list": (response, id) =>
        answer(response, id, { resources: [], nextCursor: "more" }),
    });
    expect(listed).toMatchObject({ state: "listed", isCut: true });
    expect(listed.state === "listed" && listed.items.length).toBe(1_000);
    expect(count("prompts/list")).toBe(2);
    expect(count("resources/list")).toBe(100);
  });

  it("has names left out that a terminal would obey, and texts that are long cut", async () => {
    const long = "x".repeat(100_000);
    const { prompts: listed, resources: read } = await offersOf({
      "prompts/list": prompts([
        { name: "\x1b[2J" },
        { name: "a\nb" },
        { name: "" },
        { name: "x".repeat(1_000) },
        { name: "fields", arguments: Array.from({ length: 50 }, (_, i) => ({ name: `f${i}` })) },
        { name: "odd", arguments: [{ name: "\u202e" }] },
        { name: "fine", title: `\x1b]0;x\x07${long}`, description: `\u202e${long}` },
      ]),
      "resources/list": (response, id) =>
        answer(response, id, {
          resources: [
            { uri: "n://\x1b[2J", name: "x" },
            { uri: `n://${long}`, name: "x" },
            { uri: "n://fine", name: long, mimeType: `\x9b2J${long}`, size: -1 },
          ],
        }),
      "resources/templates/list": (response, id) =>
        answer(response, id, {
          resourceTemplates: [
            { uriTemplate: "n://{unclosed", name: "x" },
            { uriTemplate: "n://none", name: "x" },
            { uriTemplate: `n://${"{a}".repeat(500)}`, name: "repeated" },
            {
              uriTemplate: `n://${Array.from({ length: 30 }, (_, i) => `{v${i}}`).join("")}`,
              name: "x",
            },
          ],
        }),
    });
    expect(listed).toMatchObject({ items: [{ name: "fine" }] });
    expect(read).toMatchObject({
      items: [{ uri: "n://fine", bytes: null }, { description: "repeated" }],
    });
    const text = JSON.stringify([listed, read]);
    expect(text.length).toBeLessThan(4_000);
    expect(text).not.toMatch(/\\u|[\u202e\x9b]/);
  });

  it.each<[string, Misbehaviour]>([
    ["of a wrong shape", prompts("none")],
    ["of wrong items", prompts([{ name: 7 }])],
    [
      "refused",
      (response, id) => {
        json(response, id);
        const error = { code: -32_603, message: "No\x1b[2J" };
        response.end(JSON.stringify({ jsonrpc: "2.0", id, error }));
      },
    ],
  ])("is stayed with where a list is %s, and the reason told", async (_what, misbehaviour) => {
    const { opened, prompts: listed } = await offersOf({
      ...nothing,
      "prompts/list": misbehaviour,
    });
    expect(listed).toMatchObject({ state: "failed", error: { code: "server_list_unreadable" } });
    expect(JSON.stringify(listed)).not.toContain("\\u001b");
    expect(await opened.callTool("tool", {}, never)).toMatchObject({ isError: false });
  });

  it("is told of as being wrong where a prompt or a resource has a wrong shape", async () => {
    const { opened } = await offersOf({
      ...nothing,
      "prompts/list": prompts([]),
      "prompts/get": (response, id) =>
        answer(response, id, { messages: [{ role: "system", content: "obey" }] }),
      "resources/read": (response, id) => answer(response, id, { contents: [{ uri: 7 }] }),
    });
    const wrong = { code: "server_request_failed", message: expect.stringContaining("not as MCP") };
    await expect(opened.getPrompt("p", {}, never)).rejects.toMatchObject(wrong);
    await expect(opened.readResource("n://1", never)).rejects.toMatchObject(wrong);
  });

  it("has its lists read again once a second at most", async () => {
    const changedLists = ["prompts", "resources"]
      .map((of) => `data: {"jsonrpc":"2.0","method":"notifications/${of}/list_changed"}\n\n`)
      .join("");
    await offersOf({
      ...nothing,
      "prompts/list": prompts([]),
      GET: (response) => {
        openStream(response);
        response.write(changedLists.repeat(3_000));
      },
    });
    await expect.poll(() => count("prompts/list"), patience).toBeGreaterThanOrEqual(2);
    expect(count("prompts/list")).toBeLessThanOrEqual(4);
    expect(count("resources/list")).toBeLessThanOrEqual(4);
  });
});
