import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGateway, textOf } from "./gateway-under-test.ts";

// A real process over HTTP, with sessions as the reference server has them: what happens when it is killed.

const program = join(import.meta.dirname, "http-server.ts");
let upstream: ChildProcess;
let gateway: GatewayUnderTest;

async function start(port: number): Promise<number> {
  const args = ["--import", import.meta.resolve("tsx"), program, String(port)];
  upstream = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: upstream.stdout as never }), "line");
  return Number(line);
}

async function stop(): Promise<void> {
  const exited = once(upstream, "exit");
  upstream.kill("SIGKILL");
  await exited;
}

let port: number;
beforeAll(async () => {
  port = await start(0);
  gateway = await startGateway({ web: { url: `http://127.0.0.1:${port}/mcp` } });
}, 60_000);
beforeEach(async () => {
  if (upstream.exitCode !== null || upstream.signalCode !== null) await start(port);
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
  await stop();
}, 30_000);

type User = Awaited<ReturnType<GatewayUnderTest["user"]>>;
const callsOf = async (client: User) => JSON.parse(await textOf(client, "web.calls"));
const callsUnderWay = (name: string, client: User) =>
  expect.poll(async () => (await callsOf(client))[name], { timeout: 20_000 });
const health = async () =>
  (await (await fetch(`${gateway.server.base}/health`)).json()).servers.web;

describe("an HTTP upstream that answers 400 where it does not know a session", () => {
  it("gets another one after it was started anew, and the very next call goes through", async () => {
    const client = await gateway.user("kim");
    const before = await callsOf(client);
    await stop();
    await start(port);
    const after = await callsOf(client);
    expect(after.process).not.toBe(before.process);
    // Refused, and then answered in the other session.
    expect(after).toMatchObject({ calls: 2, sessions: 1 });
    expect(await health()).toBe("running");
  }, 60_000);

  it("is reached again, too, by whoever has called it while it was away", async () => {
    const client = await gateway.user("kim");
    await callsOf(client);
    await stop();
    await expect(callsOf(client)).rejects.toThrow("web failed: it cannot be reached at present");
    expect(await health()).toBe("failing");
    await start(port);
    expect(await callsOf(client)).toMatchObject({ calls: 2, sessions: 1 });
    expect(await health()).toBe("running");
  }, 60_000);

  it("refuses a call by 400 once, and no other one suffers", async () => {
    const [kim, lee] = [await gateway.user("kim"), await gateway.user("lee")];
    const { sessions } = await callsOf(lee);
    const cancel = new AbortController();
    const hanging = textOfHanging(lee, cancel.signal);
    await callsUnderWay("hang", kim).toBe(1);
    await expect(textOf(kim, "web.malformed")).rejects.toThrow(
      "web refused the request: 400 Bad Request",
    );
    expect(await health()).toBe("running");
    expect(await callsOf(kim)).toMatchObject({ malformed: 1, sessions });
    cancel.abort("enough");
    await expect(hanging).rejects.toThrow("enough");
  }, 60_000);
});

describe("an answer over HTTP that breaks off", () => {
  it("is come back for where the upstream has the rest", async () => {
    expect(await textOf(await gateway.user("kim"), "web.break")).toBe('"the rest"');
  }, 60_000);

  it.each([
    ["stays away", async () => {}],
    ["was started anew", () => start(port)],
  ])(
    "fails its call after a few attempts where the upstream %s",
    async (_, next) => {
      const [kim, lee] = [await gateway.user("kim"), await gateway.user("lee")];
      const hanging = textOfHanging(kim);
      const failed = expect(hanging).rejects.toThrow("web ended while it was answering; try again");
      await callsUnderWay("hang", lee).toBeGreaterThan(0);
      const brokeOffAt = performance.now();
      await stop();
      await next();
      await failed;
      // Otherwise it takes the sixty seconds that a call may take.
      expect(performance.now() - brokeOffAt).toBeLessThan(40_000);
    },
    90_000,
  );
});

async function textOfHanging(client: User, signal?: AbortSignal): Promise<unknown> {
  const options = signal === undefined ? {} : { signal };
  return await client.callTool({ name: "web.hang" }, undefined, { ...options, timeout: 120_000 });
}
