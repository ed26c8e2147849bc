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
