import { afterEach, describe, expect, it } from "vitest";
import {
  answer,
  type HostileServer,
  type Misbehaviour,
  openStream,
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
/** A busy machine is slow. */
const patience = { timeout: 15_000 };

/** How often the server was sent something. */
const count = (name: string) => server.received.filter((each) => each === name).length;

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
        response.writeHead(200, { "content-type": "application/json" });
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
