import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import type { FeatureEvent, Features } from "./features.ts";
import { createMcpServerFactory, toAuthInfo } from "./mcp-server.ts";

let server: TestServer;
const listeners = new Set<(event: FeatureEvent) => void>();
const ended: string[] = [];
const begun: string[] = [];
let decided: Promise<void> | undefined;
const features: Features = {
  tools: {
    list: async () => [],
    findNeededScopes: () => null,
    call: async () => ({ content: [] }),
  },
  resources: {
    list: async () => [],
    listTemplates: async () => [],
    read: async () => ({ contents: [] }),
    subscriptions: {
      begin: async (uri) => {
        begun.push(uri);
        if (uri.startsWith("note://undecided")) await decided;
        if (uri === "note://none") throw new Error("There is no such resource");
      },
      resume: (uri) => uri !== "note://none",
      end: async (uri) => void ended.push(uri),
    },
  },
  subscribe: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

beforeAll(async () => {
  const createMcpServer = createMcpServerFactory(features, "test");
  server = await startTestServer({}, { createMcpServer });
});
afterAll(() => server.stop());

const tell = (uri: string) => {
  for (const listener of listeners) listener({ kind: "resource-updated", uri });
};

test("a session is told of the resources that it follows, until it follows them no longer", async () => {
  const client = await server.connect(await server.pool.token());
  const told: string[] = [];
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    told.push(params.uri);
  });
  expect(client.getServerCapabilities()?.resources?.subscribe).toBe(true);
  await client.subscribeResource({ uri: "note://1" });
  tell("note://2");
  tell("note://1");
  await vi.waitFor(() => expect(told).toEqual(["note://1"]), { timeout: 10_000 });
  await client.unsubscribeResource({ uri: "note://1" });
  expect(ended).toEqual(["note://1"]);
  await client.subscribeResource({ uri: "note://3" });
  tell("note://1");
  tell("note://3");
  await vi.waitFor(() => expect(told).toEqual(["note://1", "note://3"]), { timeout: 10_000 });
});

/** A client of a session that went on in this process, and what was noted of it. */
async function goOn(before: readonly string[]) {
  const caller = { subject: "kim", username: "kim", groups: [], scopes: [], clientId: "client1" };
  const context = { caller: { ...caller, expiresAt: Number.MAX_SAFE_INTEGER }, requestId: "1" };
  const noted: [uri: string, isFollowed: boolean][] = [];
  const note = async (uri: string, isFollowed: boolean) => void noted.push([uri, isFollowed]);
  const end = createMcpServerFactory(features, "test")(context.caller, note, before);
  const [near, far] = InMemoryTransport.createLinkedPair();
  const send = near.send.bind(near);
  near.send = (message) => send(message, { authInfo: toAuthInfo(context) });
  await end.connect(far);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(near);
  onTestFinished(() => client.close());
  return { client, noted };
}

test("a session that goes on follows at once what it did before, and can end that", async () => {
  const { client, noted } = await goOn(["note://7", "note://none"]);
  const told: string[] = [];
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    told.push(params.uri);
  });
  tell("note://none");
  tell("note://7");
  await vi.waitFor(() => expect(told).toEqual(["note://7"]), { timeout: 10_000 });
  for (const uri of ["note://7", "note://none"]) await client.unsubscribeResource({ uri });
  expect(ended).toContain("note://7");
  expect(ended).not.toContain("note://none");
  expect(noted).toEqual([
    ["note://7", false],
    ["note://none", false],
  ]);
});

test("a resource that a session follows no longer before that has begun is noted so", async () => {
  const { client, noted } = await goOn([]);
  let accept = () => {};
  decided = new Promise((resolve) => {
    accept = resolve;
  });
  const uri = "note://undecided/1";
  const subscribing = client.subscribeResource({ uri });
  await client.unsubscribeResource({ uri });
  accept();
  await subscribing;
  expect(noted).toEqual([[uri, false]]);
});

test("a session follows neither what is not there nor everything", async () => {
  const client = await server.connect(await server.pool.token());
  await expect(client.subscribeResource({ uri: "note://none" })).rejects.toThrow();
  const long = `note://${"x".repeat(2_048)}`;
  await expect(client.subscribeResource({ uri: long })).rejects.toThrow("2048 characters");
  for (let count = 0; count < 256; count += 1) {
    await client.subscribeResource({ uri: `note://${count}` });
  }
  await client.subscribeResource({ uri: "note://0" });
  await expect(client.subscribeResource({ uri: "note://256" })).rejects.toThrow("256 resources");
});

test("what a session follows already is begun again, and refused to both who ask at once", async () => {
  const client = await server.connect(await server.pool.token());
  await client.subscribeResource({ uri: "note://again" });
  await client.subscribeResource({ uri: "note://again" });
  expect(begun.filter((uri) => uri === "note://again")).toHaveLength(2);
  let refuse = (_: Error) => {};
  decided = new Promise((_, reject) => {
    refuse = reject;
  });
  const both = Promise.allSettled([
    client.subscribeResource({ uri: "note://undecided" }),
    client.subscribeResource({ uri: "note://undecided" }),
  ]);
  await vi.waitFor(() => expect(begun).toContain("note://undecided"), { timeout: 10_000 });
  await client.listTools();
  refuse(new Error("There is no such resource"));
  expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
