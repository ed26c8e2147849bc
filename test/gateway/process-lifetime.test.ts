import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGateway, stdioEntry, textOf } from "./gateway-under-test.ts";

// When a process ends, and what its end leaves behind.

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({
    crashing: stdioEntry({ idleSeconds: 1 }),
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
});
