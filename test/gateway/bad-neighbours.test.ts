import { getPriority } from "node:os";
import { ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGateway, stdioEntry, textOf } from "./gateway-under-test.ts";

// An upstream that floods, hangs or dies: what its neighbours feel of it.

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({
    good: stdioEntry(),
    flooding: stdioEntry(),
    own: stdioEntry({ process: "per-user" }),
    hanging: stdioEntry({ callSeconds: 1, concurrentCalls: 4 }),
    crowded: stdioEntry({ process: "per-user", processes: 1, idleSeconds: 1 }),
  });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

describe("an upstream", () => {
  it.each(["logs", "changes", "requests", "answers", "noise", "errors"])(
    "that floods with %s keeps nobody else from being answered, nor itself for good",
    async (kind) => {
      const client = await gateway.user("kim");
      await textOf(client, "good.echo", { text: "warm" });
      await textOf(client, "flooding.echo", { text: "warm" });
      const flood = textOf(client, "flooding.flood", { kind, seconds: 1 }).catch(String);
      for (let call = 0; call < 20; call += 1) {
        expect(await textOf(client, "good.echo", { text: `${call}` })).toBe(`${call}`);
        expect(await textOf(client, "whoami")).toContain("kim");
      }
      expect(await flood).toBe("flooding");
    },
    60_000,
  );

  it("gives way to the server when both have something to compute", async () => {
    const { process } = JSON.parse(await textOf(await gateway.user("kim"), "good.count"));
    expect(getPriority(process)).toBe(Math.min(getPriority() + 5, 19));
  });

  it("that says a hundred times a second that its lists changed is passed on about once a second", async () => {
    const client = await gateway.user("list-kim");
    await textOf(client, "own.echo", { text: "warm" });
    const other = await gateway.user("list-lee");
    const told = { kim: 0, lee: 0 };
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      told.kim += 1;
    });
    other.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      told.lee += 1;
    });
    const startedAt = performance.now();
    await textOf(client, "own.flood", { kind: "changes", seconds: 1 });
    const seconds = (performance.now() - startedAt) / 1000;
    await expect.poll(() => told.kim, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(told.kim).toBeLessThanOrEqual(seconds + 2);
    expect(told.lee).toBe(0);
  }, 60_000);

  it("that hangs is given up after its time, and is not one user's alone", async () => {
    const client = await gateway.user("kim");
    await textOf(client, "hanging.echo", { text: "warm" });
    const outcomes = await Promise.all(
      ["1", "2", "3"].map(() => textOf(client, "hanging.hang").catch(String)),
    );
    expect(outcomes.filter((it) => it.includes("did not answer in time"))).toHaveLength(2);
    expect(outcomes.filter((it) => it.includes("is busy"))).toHaveLength(1);
    // One user has half of its calls; those that were given up count a moment more.
    const other = await gateway.user("lee");
    expect(await textOf(other, "hanging.echo", { text: "for others" })).toBe("for others");
    await expect
      .poll(() => textOf(client, "hanging.echo", { text: "goes on" }).catch(String), {
        timeout: 15_000,
      })
      .toBe("goes on");
  }, 60_000);

  it("gives the place of a user who is idle to another, but not of one who waits", async () => {
    const [kim, lee] = [await gateway.user("kim"), await gateway.user("lee")];
    const first = JSON.parse(await textOf(kim, "crowded.count")).process;
    const cancel = new AbortController();
    const waiting = kim.callTool({ name: "crowded.wait" }, undefined, { signal: cancel.signal });
    waiting.catch(() => {});
    await expect
      .poll(() => textOf(lee, "crowded.count").catch(String), { timeout: 10_000 })
      .toMatch(/as many users as it may/);
    cancel.abort();
    await expect
      .poll(() => textOf(lee, "crowded.count").catch(String), { timeout: 10_000 })
      .toContain("process");
    await expect.poll(() => isAlive(first), { timeout: 10_000 }).toBe(false);
  }, 60_000);

  it("ends when nobody has used it for its time, and starts again when somebody does", async () => {
    const client = await gateway.user("kim");
    const before = JSON.parse(await textOf(client, "crowded.count")).process;
    await expect.poll(() => isAlive(before), { timeout: 15_000 }).toBe(false);
    expect(JSON.parse(await textOf(client, "crowded.count"))).toMatchObject({ calls: 1 });
  }, 60_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
