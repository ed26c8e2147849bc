import { completable } from "@modelcontextprotocol/sdk/server/completable.js";
import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createTestTokens, startTestServer, type TestServer } from "../testing/mcp-server.ts";
import type { McpConnection, ServerEvent } from "./agent.ts";
import { connectMcp } from "./mcp-connection.ts";
import { expandUri } from "./mcp-offers.ts";

// A real server of the SDK's that offers prompts and resources.

const never = new AbortController().signal;
const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex").toString("base64");
const large = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(1_100_000)]);

let server: TestServer;
let connection: McpConnection;
let events: ServerEvent[];
let offering: McpServer[];

function offer(mcp: McpServer): void {
  offering.push(mcp);
  const state = completable(z.string(), (value) =>
    ["CA", "CO", "NY", "\x1b[31mX"].filter((each) => each.startsWith(value)),
  );
  mcp.registerPrompt(
    "briefing",
    { title: "Briefing\x1b[2J", argsSchema: { state, tone: z.string().optional() } },
    ({ state: of }) => ({
      messages: [
        { role: "user", content: { type: "text", text: `Brief me on ${of}\x1b[2J` } },
        { role: "user", content: { type: "image", data: png, mimeType: "image/png" } },
        { role: "assistant", content: { type: "text", text: "Gladly." } },
        { role: "user", content: { type: "audio", data: "AAAA", mimeType: "audio/wav" } },
        { role: "user", content: { type: "resource", resource: { uri: "n://1", text: "one" } } },
        { role: "user", content: { type: "resource_link", uri: "n://2", name: "two" } },
      ],
    }),
  );
  mcp.registerPrompt("says", {}, () => ({
    messages: [{ role: "assistant", content: { type: "text", text: "I begin." } }],
  }));
  mcp.registerPrompt("silent", {}, () => ({ messages: [] }));
  mcp.registerPrompt("fails", {}, () => {
    throw new Error("No such \x1b[2Jthing");
  });
  const texts = { text: () => "hello\x1b[2J", long: () => "x".repeat(150_000), empty: () => "" };
  for (const [name, textOf] of Object.entries(texts)) {
    mcp.registerResource(name, `n://${name}`, { mimeType: "text/plain", size: 7 }, ({ href }) => ({
      contents: [{ uri: href, mimeType: "text/plain", text: textOf() }],
    }));
  }
  const blobs = { image: png, large: large.toString("base64"), binary: "AAAA", wrong: "no base64" };
  for (const [name, blob] of Object.entries(blobs)) {
    mcp.registerResource(name, `n://${name}`, {}, ({ href }) => ({
      contents: [{ uri: href, mimeType: "image/png", blob }],
    }));
  }
  mcp.registerResource("folder", "n://folder", {}, () => ({
    contents: [1, 2, 3].map((file) => ({ uri: `n://folder/${file}`, text: "y".repeat(60_000) })),
  }));
  mcp.registerResource("bytes", "n://bytes", {}, ({ href }) => ({
    contents: [
      { uri: href, mimeType: "text/plain", blob: Buffer.from("한글\x1b[2J").toString("base64") },
      { uri: href, mimeType: "text/plain", blob: Buffer.from([0xff, 0xfe]).toString("base64") },
    ],
  }));
  const template = new ResourceTemplate("n://notes/{id}{?part}", {
    list: undefined,
    complete: { id: () => ["1", "2"] },
  });
  mcp.registerResource("note", template, { description: "A note" }, ({ href }) => ({
    contents: [{ uri: href, text: `read ${href}` }],
  }));
}

beforeEach(async () => {
  offering = [];
  events = [];
  server = await startTestServer({ offer });
  connection = await connectMcp({
    serverUrl: `${server.origin}/mcp`,
    tokens: createTestTokens(),
    clientVersion: "0",
    onEvent: (event) => events.push(event),
  });
});
afterEach(async () => {
  await connection.close();
  await server.close();
});

const listedResources = async () => {
  await expect.poll(() => connection.offers().resources.state).toBe("listed");
  const { resources } = connection.offers();
  return resources.state === "listed" ? resources.items : [];
};

describe("prompts and resources", () => {
  it("are listed beside everything else, as they may be shown, and again when they change", async () => {
    await expect
      .poll(() => connection.offers().prompts)
      .toMatchObject({
        state: "listed",
        isCut: false,
        items: [
          {
            name: "briefing",
            description: "Briefing",
            arguments: [
              { name: "state", required: true },
              { name: "tone", required: false },
            ],
          },
          { name: "says" },
          { name: "silent" },
          { name: "fails" },
        ],
      });
    const resources = await listedResources();
    expect(resources.find(({ uri }) => uri === "n://text")).toEqual({
      uri: "n://text",
      description: "text",
      mimeType: "text/plain",
      bytes: 7,
      variables: [],
    });
    expect(resources.find(({ uri }) => uri.includes("{"))).toMatchObject({
      uri: "n://notes/{id}{?part}",
      description: "note: A note",
      variables: [
        { name: "id", required: true },
        { name: "part", required: false },
      ],
    });
    expect(connection.offers().completes).toBe(true);
    const told = events.length;
    for (const mcp of offering) mcp.registerPrompt("more", {}, () => ({ messages: [] }));
    await expect
      .poll(() => JSON.stringify(connection.offers().prompts), { timeout: 10_000 })
      .toContain('"more"');
    expect(events.slice(told)).toContainEqual({ type: "offers_changed" });
  });

  it("are not asked for where nobody is told of them", async () => {
    const alone = await connectMcp({
      serverUrl: `${server.origin}/mcp`,
      tokens: createTestTokens(),
      clientVersion: "0",
    });
    await alone.callTool("echo", { text: "x" }, never);
    expect(alone.offers().prompts).toEqual({ state: "listing" });
    await alone.close();
  });
});

describe("a prompt", () => {
  it("becomes messages whose roles take turns, with what cannot be sent named", async () => {
    const given = { state: "CA" };
    const messages = await connection.getPrompt("briefing", given, never);
    const about = { uri: "", name: "audio", mimeType: "audio/wav", bytes: 3 };
    expect(messages).toEqual([
      {
        role: "user",
        content: [
          { prompt: { name: "briefing", arguments: given, messages: 3 } },
          { text: "Brief me on CA" },
          {
            attachment: {
              uri: "",
              name: "image",
              mimeType: "image/png",
              bytes: 16,
              content: { kind: "image", format: "png", base64: png },
            },
          },
        ],
      },
      { role: "assistant", content: [{ text: "Gladly." }] },
      {
        role: "user",
        content: [
          { attachment: { ...about, content: { kind: "left_out" } } },
          {
            attachment: expect.objectContaining({
              uri: "n://1",
              content: { kind: "text", text: "one" },
            }),
          },
          { attachment: expect.objectContaining({ uri: "n://2", content: { kind: "left_out" } }) },
        ],
      },
    ]);
  });

  it("that the model begins is begun by the user, and ends with the user", async () => {
    const messages = await connection.getPrompt("says", {}, never);
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(messages[0]?.content[0]?.prompt?.messages).toBe(3);
  });

  it.each([
    ["silent", "server_prompt_empty", /nothing to say/],
    ["fails", "server_request_failed", /did not give fails: No such thing/],
    ["unknown", "server_request_failed", /did not give unknown/],
  ])("%s fails with its reason", async (name, code, message) => {
    const failure = { code, message: expect.stringMatching(message) };
    await expect(connection.getPrompt(name, {}, never)).rejects.toMatchObject(failure);
  });

  it("has its arguments completed, with nothing that could do something to a terminal", async () => {
    const complete = (name: string, value: string) =>
      connection.complete({ kind: "prompt", name: "briefing" }, { name, value }, {}, never);
    expect(await complete("state", "C")).toEqual(["CA", "CO"]);
    expect(await complete("state", "")).toEqual(["CA", "CO", "NY"]);
    expect(await complete("tone", "")).toEqual([]);
    const of = { kind: "resource", uri: "n://notes/{id}{?part}" } as const;
    expect(await connection.complete(of, { name: "id", value: "" }, {}, never)).toEqual(["1", "2"]);
  });
});

describe("a resource", () => {
  it("is read, free of what could do something to a terminal", async () => {
    expect(await connection.readResource("n://text", never)).toEqual([
      {
        uri: "n://text",
        name: "text",
        mimeType: "text/plain",
        bytes: 9,
        content: { kind: "text", text: "hello" },
      },
    ]);
    const uri = expandUri("n://notes/{id}{?part}", { id: "a b", part: "1" });
    expect(await connection.readResource(uri, never)).toMatchObject([
      { content: { text: "read n://notes/a%20b?part=1" } },
    ]);
  });

  it("is cut where it is long, and says so", async () => {
    const [long] = await connection.readResource("n://long", never);
    expect(long).toMatchObject({ bytes: 150_000, content: { kind: "text", isCut: true } });
    expect(JSON.stringify(long).length).toBeLessThan(101_000);
  });

  it("that holds several is bounded as a whole", async () => {
    const kinds = (await connection.readResource("n://folder", never)).map(({ uri, content }) => [
      uri,
      content.kind,
    ]);
    expect(kinds).toEqual([
      ["n://folder/1", "text"],
      ["n://folder/2", "left_out"],
      ["n://folder/3", "left_out"],
    ]);
  });

  it("that is text in bytes is text, as far as it can be read", async () => {
    expect(await connection.readResource("n://bytes", never)).toMatchObject([
      { content: { kind: "text", text: "한글" } },
      { content: { kind: "left_out" } },
    ]);
  });

  it("that is an image is one by its bytes", async () => {
    expect(await connection.readResource("n://image", never)).toMatchObject([
      { content: { kind: "image", format: "png", base64: png } },
    ]);
  });

  it.each([
    ["empty", "it is empty"],
    ["large", "no model takes what it holds (image/png, 1100008 bytes)"],
    ["binary", "no model takes what it holds"],
    ["wrong", "no model takes what it holds"],
  ])("that is %s cannot be attached, and says why", async (name, why) => {
    await expect(connection.readResource(`n://${name}`, never)).rejects.toMatchObject({
      code: "server_resource_unusable",
      message: expect.stringContaining(why),
    });
  });

  it("is read in another session where the server has ended the one", async () => {
    server.restart();
    expect(await connection.readResource("n://text", never)).toMatchObject([{ name: "text" }]);
  });

  it("is not waited for when nobody wants it any more", async () => {
    server.intercept = (_request, body) => (body.includes("resources/read") ? "hang" : undefined);
    const abort = new AbortController();
    const reading = connection.readResource("n://text", abort.signal);
    abort.abort();
    await expect(reading).rejects.toMatchObject({ code: "interrupted" });
  });
});
