import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, onTestFinished, test } from "vitest";
import { startGateway, stdioEntry, textOf } from "./gateway-under-test.ts";

// Sessions that follow resources of one upstream, while it hesitates, sessions end, and the file changes.

const uri = "own+demo://fixed";
const heldUri = "own+demo://held";
const patience = { timeout: 20_000 };

async function gatewayFor(entry: object) {
  const gateway = await startGateway({ own: entry });
  onTestFinished(() => gateway.stop());
  return gateway;
}

const followed = async (client: Client) => JSON.parse(await textOf(client, "own.followed"));
const end = (client: Client) =>
  (client.transport as StreamableHTTPClientTransport).terminateSession();
const heldAre = async (client: Client, count: number) =>
  expect.poll(() => textOf(client, "own.held"), patience).toBe(String(count));
/** Answers whatever waits, until a request is settled. */
async function answerUntil<Value>(client: Client, isRefused: boolean, asked: Promise<Value>) {
  let isSettled = false;
  const settled = asked.finally(() => {
    isSettled = true;
  });
  while (!isSettled) await textOf(client, "own.answer", { isRefused });
  return settled;
}

test("a second follower is refused as the first was, who still waited when it came", async () => {
  const gateway = await gatewayFor(stdioEntry());
  const [kim, lee] = [await gateway.user("kim"), await gateway.user("lee")];
  await heldAre(kim, 0);
  const first = kim.subscribeResource({ uri: heldUri });
  await heldAre(kim, 1);
  const both = Promise.allSettled([first, lee.subscribeResource({ uri: heldUri })]);
  // Only a while later: the second one is to find the first one waiting.
  await followed(lee);
  const outcomes = await answerUntil(kim, true, both);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await followed(kim)).toEqual([]);
}, 60_000);

test("a session that ends while the upstream hesitates takes no other session's following along", async () => {
  const gateway = await gatewayFor(stdioEntry());
  const [leaving, staying] = [await gateway.user("kim"), await gateway.user("kim")];
  await heldAre(staying, 0);
  const first = leaving.subscribeResource({ uri: heldUri }).catch(() => {});
  await heldAre(staying, 1);
  const second = staying.subscribeResource({ uri: heldUri });
  await followed(staying);
  await end(leaving);
  await answerUntil(staying, false, second);
  expect(await followed(staying)).toEqual(["demo://held"]);
  // A new process is told what is followed as the server has it.
  await expect(textOf(staying, "own.crash")).rejects.toThrow();
  await expect.poll(() => textOf(staying, "own.held").catch(String), patience).toBe("1");
  await leaving.close();
  await first;
}, 60_000);

test("a session that ends while its server is out of the file follows nothing when it is back", async () => {
  const gateway = await gatewayFor(stdioEntry());
  const [leaving, staying] = [await gateway.user("kim"), await gateway.user("kim")];
  const isThere = async () =>
    (await staying.listTools()).tools.some(({ name }) => name === "own.followed");
  await leaving.subscribeResource({ uri });
  expect(await followed(staying)).toEqual(["demo://fixed"]);
  gateway.rewrite({ mcpServers: {} });
  await expect.poll(isThere, patience).toBe(false);
  await end(leaving);
  gateway.rewrite({ mcpServers: { own: stdioEntry() } });
  await expect.poll(isThere, patience).toBe(true);
  expect(await followed(staying)).toEqual([]);
}, 60_000);

test("a session goes on following when its user gets a process of their own, and when all share one again", async () => {
  const gateway = await gatewayFor(stdioEntry());
  const client = await gateway.user("kim");
  const told: string[] = [];
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    told.push(params.uri);
  });
  await client.subscribeResource({ uri });
  for (const process of ["per-user", "shared"]) {
    gateway.rewrite({ mcpServers: { own: stdioEntry({ process }, { NOW: process }) } });
    const environment = () => textOf(client, "own.environment").catch(String);
    await expect.poll(environment, patience).toContain(`"NOW":"${process}"`);
    expect(await followed(client)).toEqual(["demo://fixed"]);
    told.length = 0;
    await textOf(client, "own.touch");
    await expect.poll(() => told, patience).toEqual([uri]);
  }
  await client.unsubscribeResource({ uri });
  await expect.poll(() => followed(client), patience).toEqual([]);
}, 60_000);
