import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGateway, stdioEntry, textOf } from "./gateway-under-test.ts";

// When a process ends, and what its end leaves behind.

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({
    crashing: stdioEntry({ idleSeconds: 1 }),
    listing: stdioEntry({ idleSeconds: 2 }, { LIST_MILLISECONDS: "3500" }),
  });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

describe("a process", () => {
  it("that has crashed once, was started well again and ended as idle counts as idle", async () => {
    const client = await gateway.user("kim");
    const state = async () =>
      (await (await fetch(`${gateway.server.base}/health`)).json()).servers.crashing;
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
});
