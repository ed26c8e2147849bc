import { readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { longestStopMilliseconds } from "./start-server.ts";
import { runServer, startChildServer } from "./testing/child-server.ts";
import { callOf, openSession, post, rpcHeaders, send } from "./testing/rpc.ts";
import { makeDataDir } from "./testing/test-server.ts";
import { startUserPool, type TestUserPool } from "./testing/user-pool.ts";

let pool: TestUserPool;
let token: string;
beforeAll(async () => {
  pool = await startUserPool();
  token = await pool.token();
});
afterAll(() => pool.close());

async function start(settings: Record<string, string> = {}, dataDir = newDataDir()) {
  const child = await startChildServer(pool, dataDir, settings);
  onTestFinished(async () => {
    child.process.kill("SIGKILL");
    await child.exited();
  });
  return child;
}

function newDataDir(): string {
  const dataDir = makeDataDir();
  onTestFinished(() => dataDir.remove());
  return dataDir.path;
}

async function notesOf(base: string, by = token): Promise<string[]> {
  const session = await openSession(base, by);
  const answer = await post(base, by, callOf("list_notes", { limit: 100 }), session);
  const { notes } = answer.json.result.structuredContent;
  return notes.map(({ text }: { text: string }) => text);
}

describe("a server process", () => {
  it("loses no acknowledged note when it is killed in the middle of writing", async () => {
    const dataDir = newDataDir();
    const first = await start({}, dataDir);
    const session = await openSession(first.base, token);
    const acknowledged: string[] = [];
    let isKilled = false;
    const writer = async (name: string) => {
      for (let count = 0; !isKilled; count += 1) {
        const text = `메모 ${name}-${count}`;
        const call = callOf("add_note", { text }, acknowledged.length * 10 + Number(name));
        const answer = await post(first.base, token, call, session).catch(() => null);
        if (answer?.json?.result?.isError === undefined && answer?.json?.result) {
          acknowledged.push(text);
        }
        if (acknowledged.length >= 30 && !isKilled) {
          isKilled = true;
          first.process.kill("SIGKILL");
        }
      }
    };
    await Promise.all(["1", "2", "3"].map(writer));
    expect(await first.exited()).toBe("SIGKILL");

    const second = await start({}, dataDir);
    const kept = await notesOf(second.base);
    expect(acknowledged.length).toBeGreaterThanOrEqual(30);
    expect(acknowledged.filter((text) => !kept.includes(text))).toEqual([]);
    expect(await notesOf(second.base, await pool.token({ sub: "admin" }))).toEqual([]);
  });

  it("keeps its files for its own user, whatever the umask it was started with", async () => {
    const dataDir = newDataDir();
    const { base } = await start({}, dataDir);
    const session = await openSession(base, token);
    await post(base, token, callOf("add_note", { text: "private" }), session);
    const files = readdirSync(dataDir, { recursive: true, encoding: "utf8" });
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => (statSync(join(dataDir, file)).mode & 0o077) !== 0)).toEqual([]);
  });

  it("finishes what is under way on SIGTERM, ends its streams and exits with 0", async () => {
    const asked = deferred();
    const weather = createServer((_req, res) => {
      asked.resolve();
      setTimeout(() => res.writeHead(404).end("{}"), 400);
    });
    await new Promise<void>((resolve) => weather.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void weather.close());
    const { port } = weather.address() as AddressInfo;
    const child = await start({ WEATHER_API_URL: `http://127.0.0.1:${port}` });
    const session = await openSession(child.base, token);
    const listening = await fetch(`${child.base}/mcp`, { headers: rpcHeaders(token, session) });
    const overSse = await fetch(`${child.base}/sse`, { headers: rpcHeaders(token) });
    const forecast = { latitude: 37.77, longitude: -122.42 };
    const call = post(child.base, token, callOf("get_forecast", forecast), session);
    await asked.promise;
    const sseBody = overSse.body?.pipeThrough(new TextDecoderStream()).getReader();
    const endpoint = /data: (.*)/.exec((await sseBody?.read())?.value ?? "")?.[1];
    const headers = rpcHeaders(token);
    const message = JSON.stringify(callOf("get_forecast", forecast, 42));
    const accepted = await send(`${child.base}${endpoint}`, {
      method: "POST",
      headers,
      body: message,
    });
    expect(accepted.status).toBe(202);

    const stoppedAt = performance.now();
    child.process.kill("SIGTERM");
    expect((await call).json.result.content[0].text).toContain("no forecast for this place");
    expect((await sseBody?.read())?.value).toContain('"id":42');
    expect((await sseBody?.read())?.done).toBe(true);
    await listening.text();
    expect(await child.exited()).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(longestStopMilliseconds);
    await expect(send(`${child.base}/health`)).rejects.toThrow();
    const lines = child
      .stdout()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ level: "warn", msg: expect.stringContaining("LOCAL MODE") });
    expect(lines.at(-1)).toMatchObject({ program: "server", msg: "stopped" });
  });

  it("is ready while another still has the notes open, and answers once that lets go", async () => {
    const dataDir = newDataDir();
    const old = await start({}, dataDir);
    const oldSession = await openSession(old.base, token);
    await post(old.base, token, callOf("add_note", { text: "from the old one" }), oldSession);
    const next = await start({}, dataDir);
    const health = await send(`${next.base}/health`);
    expect(health.json).toMatchObject({ status: "degraded", checks: { notes: /Another process/ } });
    const notes = notesOf(next.base);
    old.process.kill("SIGINT");
    expect(await old.exited()).toBe(0);
    expect(await notes).toEqual(["from the old one"]);
  });

  it.each([
    [
      "nothing is configured",
      {},
      /^Wrong configuration: COGNITO_POOL_ID is not set; COGNITO_CLIENT_ID is not set\. /,
    ],
    [
      "the port is taken",
      () => ({
        COGNITO_POOL_ID: "us-east-1_x",
        COGNITO_CLIENT_ID: "x",
        METRICS_PORT: portOf(pool.url),
      }),
      /^Port \d+ on 127\.0\.0\.1 is taken by another program\. .*set METRICS_PORT/,
    ],
  ])("exits with 2 and one line when %s", async (_case, settings, line) => {
    const given = typeof settings === "function" ? settings() : settings;
    const child = runServer({ PORT: "0", DATA_DIR: newDataDir(), ...given });
    expect(await child.exited()).toBe(2);
    expect(child.stderr().trim()).toMatch(line);
    expect(child.stderr().trim().split("\n")).toHaveLength(1);
    // The notes may have been opened by then, and nothing else is worth a line.
    const logged = child.stdout().split("\n").filter(Boolean);
    expect(
      logged.map((text) => JSON.parse(text).level).filter((level) => level !== "info"),
    ).toEqual([]);
  });
});

function portOf(url: string): string {
  return new URL(url).port;
}

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
