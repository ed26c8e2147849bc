import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { startChildServer } from "./testing/child-server.ts";
import { callOf, initialize, openSession, post, rpcHeaders, send } from "./testing/rpc.ts";
import { environmentFor, makeDataDir, startTestServer } from "./testing/test-server.ts";
import { startUserPool, type TestUserPool } from "./testing/user-pool.ts";

let pool: TestUserPool;
let token: string;
beforeAll(async () => {
  pool = await startUserPool();
  token = await pool.token();
});
afterAll(() => pool.close());

async function start(settings: Record<string, string> = {}) {
  const server = await startTestServer(settings, { pool });
  onTestFinished(() => server.stop());
  await server.untilHealthy();
  return server;
}

/** Has everything in this process believe that it is another time. */
function setClock(offsetSeconds: number): void {
  const now = Date.now.bind(Date);
  const spy = vi.spyOn(Date, "now").mockImplementation(() => now() + offsetSeconds * 1000);
  onTestFinished(() => spy.mockRestore());
}

describe("a clock that jumps", () => {
  it("ahead ends what its tokens allow at once, and no session", async () => {
    const server = await start();
    const session = await openSession(server.base, token);
    const stream = await fetch(`${server.base}/mcp`, { headers: rpcHeaders(token, session) });
    setClock(2 * 3600);
    expect((await post(server.base, token, callOf("whoami"), session)).status).toBe(401);
    await stream.text();
    vi.restoreAllMocks();
    expect((await post(server.base, token, callOf("whoami"), session)).status).toBe(200);
  });

  it("back makes no session older and no limit looser", async () => {
    const server = await start({ RATE_LIMIT_PER_MINUTE: "3", SESSION_IDLE_SECONDS: "2" });
    const session = await openSession(server.base, token);
    setClock(-1800);
    expect((await post(server.base, token, callOf("whoami"), session)).status).toBe(200);
    const sessions = async () => (await send(`${server.base}/health`)).json.sessions;
    while ((await sessions()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await post(server.base, token, initialize);
    expect((await post(server.base, token, initialize)).status).toBe(429);
  });
});

describe("a flood of bad tokens", () => {
  it("costs its address its tries, and neither a known caller nor a new one theirs", async () => {
    const server = await start({ RATE_LIMIT_PER_MINUTE: "1000" });
    const session = await openSession(server.base, token);
    const [header, payload] = token.split(".");
    const statuses = new Map<number, number>();
    let isOver = false;
    const flood = async (name: number) => {
      for (let count = 0; !isOver; count += 1) {
        const signature = Buffer.from(`${name}-${count}`.padEnd(256, "x")).toString("base64url");
        const bad = `${header}.${payload}.${signature}`;
        const { status } = await post(server.base, bad, callOf("whoami"), session);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const flooding = Promise.all([1, 2, 3, 4].map(flood));
    while ((statuses.get(429) ?? 0) < 50) await new Promise((resolve) => setTimeout(resolve, 5));
    for (let count = 0; count < 20; count += 1) {
      expect((await post(server.base, token, callOf("whoami"), session)).status).toBe(200);
    }
    const fresh = await pool.token({ sub: "a new caller" });
    let tries = 1;
    while ((await post(server.base, fresh, initialize)).status !== 200) {
      tries += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    isOver = true;
    await flooding;
    expect(tries).toBeLessThan(100);
    expect([...statuses.keys()].sort()).toEqual([401, 429]);
    expect(statuses.get(401)).toBeLessThan(500);
  });
});

describe("a disk that is full", () => {
  it("is an error to who writes a note, and costs none of those that were acknowledged", async () => {
    const dataDir = makeDataDir();
    onTestFinished(() => dataDir.remove());
    // No file may grow past 64 KB: what a disk that is full does to a log that is appended to.
    const limited = spawn(
      "/bin/bash",
      ["-c", 'trap "" XFSZ; ulimit -f 64; exec "$0" --import tsx main.ts', process.execPath],
      {
        cwd: import.meta.dirname,
        env: { ...environmentFor(pool, dataDir.path), TSX_DISABLE_CACHE: "1" },
        stdio: ["ignore", "pipe", "inherit", "ipc"],
      },
    );
    const exited = new Promise((resolve) => limited.once("exit", resolve));
    onTestFinished(async () => {
      limited.kill("SIGKILL");
      await exited;
    });
    let stdout = "";
    limited.stdout?.on("data", (chunk) => {
      stdout += chunk;
    });
    while (!/"url":"[^"]*","host"/.test(stdout)) await new Promise((done) => setTimeout(done, 10));
    const base = `http://127.0.0.1:${/"port":(\d+)/.exec(stdout)?.[1]}`;
    const session = await openSession(base, token);
    const acknowledged: string[] = [];
    let refusal = "";
    for (let count = 0; refusal === "" && count < 100; count += 1) {
      const text = `${count} ${"가".repeat(2_000)}`;
      const { json } = await post(base, token, callOf("add_note", { text }, count), session);
      if (json.result.isError === true) refusal = json.result.content[0].text;
      else acknowledged.push(text);
    }
    expect(refusal).toContain("The notes cannot be reached at present");
    expect(acknowledged.length).toBeGreaterThan(2);
    expect((await post(base, token, callOf("whoami"), session)).status).toBe(200);
    limited.kill("SIGKILL");
    await exited;

    const again = await startChildServer(pool, dataDir.path);
    onTestFinished(async () => {
      again.process.kill("SIGKILL");
      await again.exited();
    });
    const list = await post(again.base, token, callOf("list_notes", { limit: 100 }), session);
    const kept = list.json.result.structuredContent.notes.map(({ text }: { text: string }) => text);
    expect(acknowledged.filter((text) => !kept.includes(text))).toEqual([]);
    const more = await post(again.base, token, callOf("add_note", { text: "more" }), session);
    expect(more.json.result.isError).toBeUndefined();
  });
});
