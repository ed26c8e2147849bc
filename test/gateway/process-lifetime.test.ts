import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGateway, stdioEntry, textOf } from "./gateway-under-test.ts";

// When a process ends, and what its end leaves behind.

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({
    crashing: stdioEntry({ idleSeconds: 1 }),
    asking: stdioEntry(),
    starting: stdioEntry({}, { START_MILLISECONDS: "4000" }),
    silent: stdioEntry(),
    listing: stdioEntry({ idleSeconds: 2 }, { LIST_MILLISECONDS: "3500" }),
  });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

async function answering(subject: string) {
  const client = await gateway.user(subject, { capabilities: { elicitation: {} } });
  const asked = new Set<string>();
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.add(params.message);
    return { action: "accept", content: {} };
  });
  return { client, asked };
}

async function stateOf(name: string): Promise<string> {
  return (await (await fetch(`${gateway.server.base}/health`)).json()).servers[name];
}

describe("a process", () => {
  // The first one, for a list starts every process.
  it("asks at once where a call was given up before the process had seen it", async () => {
    const [lee, kim] = [await answering("lee"), await answering("kim")];
    const giveUp = new AbortController();
    const { signal } = giveUp;
    const call = lee.client.callTool({ name: "starting.wait" }, undefined, { signal });
    // By then the server has the call, and the process does not.
    setTimeout(() => giveUp.abort(), 1_500);
    await expect(call).rejects.toThrow();
    expect(await textOf(kim.client, "starting.ask")).toContain('"accept"');
  }, 60_000);

  it("that has crashed once, was started well again and ended as idle counts as idle", async () => {
    const client = await gateway.user("kim");
    const state = () => stateOf("crashing");
    await expect(textOf(client, "crashing.crash")).rejects.toThrow(/ended while it was answering/);
    expect(await state()).toBe("failing");
    await expect
      .poll(() => textOf(client, "crashing.count").catch(String), { timeout: 15_000 })
      .toContain("process");
    await expect.poll(state, { timeout: 15_000 }).toBe("idle");
  }, 60_000);

  it("is in use while it is asked for its lists, and for its idle time after that", async () => {
    const client = await gateway.user("kim");
    const isListed = async () =>
      (await client.listTools()).tools.some(({ name }) => name === "listing.echo");
    await expect.poll(isListed, { timeout: 30_000 }).toBe(true);
    const listedAt = Date.now();
    const end = () =>
      gateway.server.logLines
        .map((line) => JSON.parse(line))
        .find(({ upstream, msg }) => upstream === "listing" && msg === "upstream ended");
    await expect.poll(end, { timeout: 20_000 }).toBeDefined();
    // The idle time of two seconds counts from the end of the list; one is left for a busy machine.
    expect(new Date(end().time).getTime() - listedAt).toBeGreaterThan(1_000);
  }, 60_000);

  it("in which a call was given up asks another user only after it was replaced, if it asks at all", async () => {
    const [lee, kim] = [await answering("lee"), await answering("kim")];
    const processOf = async (name: string) =>
      JSON.parse(await textOf(kim.client, `${name}.count`)).process;
    const before = { asking: await processOf("asking"), silent: await processOf("silent") };
    const giveUp = new AbortController();
    const { signal } = giveUp;
    let isSilentUnderWay = false;
    const onprogress = () => {
      isSilentUnderWay = true;
    };
    const givenUp = [
      lee.client.callTool({ name: "silent.wait" }, undefined, { signal, onprogress }),
      lee.client.callTool({ name: "asking.insist" }, undefined, { signal }),
    ].map((call) => call.catch(() => {}));
    await expect.poll(() => isSilentUnderWay, { timeout: 10_000 }).toBe(true);
    await expect.poll(() => [...lee.asked], { timeout: 10_000 }).toEqual(["asking: Still there?"]);
    giveUp.abort();
    await Promise.all(givenUp);
    const ask = () => textOf(kim.client, "asking.ask");
    expect(await ask()).toContain("cannot be told which caller");
    await expect.poll(ask, { timeout: 30_000, interval: 200 }).toContain('"accept"');
    expect([...kim.asked]).toEqual(["asking: Which colour?"]);
    expect(await processOf("asking")).not.toBe(before.asking);
    expect(await processOf("silent")).toBe(before.silent);
  }, 60_000);
});
