import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { Agent, request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startChildServer } from "./testing/child-server.ts";
import { callOf, openSession, post, rpcHeaders, send } from "./testing/rpc.ts";
import { environmentFor, makeDataDir } from "./testing/test-server.ts";
import { startUserPool, type TestUserPool } from "./testing/user-pool.ts";

let pool: TestUserPool;
let token: string;
beforeAll(async () => {
  pool = await startUserPool();
  token = await pool.token();
});
afterAll(() => pool.close());

function newDataDir(): string {
  const dataDir = makeDataDir();
  onTestFinished(() => dataDir.remove());
  return dataDir.path;
}

async function start(dataDir: string, settings: Record<string, string> = {}) {
  const child = await startChildServer(pool, dataDir, settings);
  onTestFinished(async () => {
    child.process.kill("SIGKILL");
    await child.exited();
  });
  return child;
}

const filesIn = (dataDir: string) => readdirSync(join(dataDir, "sessions"));
const end = (base: string, session: string) =>
  send(`${base}/mcp`, { method: "DELETE", headers: rpcHeaders(token, session) });

describe("a session", () => {
  it.each(["SIGKILL", "SIGTERM"] as const)(
    "goes on after the process was ended by %s and started again, for its own caller alone",
    async (signal) => {
      const dataDir = newDataDir();
      const first = await start(dataDir);
      const [mine, ended] = [
        await openSession(first.base, token),
        await openSession(first.base, token),
      ];
      await end(first.base, ended);
      first.process.kill(signal);
      await first.exited();

      const second = await start(dataDir);
      const other = await pool.token({ sub: "another user" });
      const otherClient = await pool.token({ client_id: "public1" });
      expect((await post(second.base, other, callOf("whoami"), mine)).status).toBe(404);
      expect((await post(second.base, otherClient, callOf("whoami"), mine)).status).toBe(401);
      const calls = [1, 2, 3, 4, 5].map((id) =>
        post(second.base, token, callOf("whoami", {}, id), mine),
      );
      for (const { json } of await Promise.all(calls)) {
        expect(json.result.structuredContent).toMatchObject({ username: "demo" });
      }
      expect((await send(`${second.base}/health`)).json.sessions).toBe(1);
      expect((await post(second.base, token, callOf("whoami"), ended)).status).toBe(404);
      const listening = await fetch(`${second.base}/mcp`, { headers: rpcHeaders(token, mine) });
      expect(listening.status).toBe(200);
      await listening.body?.cancel();
      expect((await end(second.base, mine)).status).toBe(200);
      expect(filesIn(dataDir)).toEqual([]);
    },
  );

  it("that was idle for too long is gone, from the disk as well", async () => {
    const dataDir = newDataDir();
    const settings = { SESSION_IDLE_SECONDS: "1" };
    const first = await start(dataDir, settings);
    const session = await openSession(first.base, token);
    first.process.kill("SIGKILL");
    await first.exited();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const second = await start(dataDir, settings);
    expect((await post(second.base, token, callOf("whoami"), session)).status).toBe(404);
    while (filesIn(dataDir).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Calls a tool over kept connections, as a client does, and gives the status or what failed. */
function callThrough(agent: Agent, base: string, session: string, id: number): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request(
      `${base}/mcp`,
      { method: "POST", agent, headers: rpcHeaders(token, session) },
      (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("error", (error) => resolve(error.message));
        response.on("end", () => resolve(text.includes('"username":"demo"') ? "done" : text));
      },
    );
    outgoing.on("error", (error) => resolve(error.message));
    outgoing.end(JSON.stringify(callOf("whoami", {}, id)));
  });
}

describe("a reload as pm2 does it in cluster mode", () => {
  it("under 200 calls a second in open sessions fails none of them", async () => {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const settings = {
      ...environmentFor(pool, newDataDir()),
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
    };
    const primary = spawn(
      process.execPath,
      [
        "--import",
        "tsx",
        join(import.meta.dirname, "testing/cluster-main.ts"),
        JSON.stringify(settings),
      ],
      { cwd: import.meta.dirname, stdio: ["ignore", "ignore", "inherit", "ipc"] },
    );
    const exited = new Promise((resolve) => primary.once("exit", resolve));
    onTestFinished(async () => {
      if (primary.connected) primary.disconnect();
      await exited;
    });
    const said = (prefix: string) =>
      new Promise<string>((resolve) => {
        primary.on("message", (message) => {
          if (String(message).startsWith(prefix)) resolve(String(message));
        });
      });
    await said("ready");

    const base = `http://127.0.0.1:${port}`;
    const sessions = await Promise.all(Array.from({ length: 10 }, () => openSession(base, token)));
    const agent = new Agent({ keepAlive: true });
    const calls: Promise<string>[] = [];
    const startedAt = performance.now();
    const load = setInterval(() => {
      const due = ((performance.now() - startedAt) * 200) / 1000;
      while (calls.length < due) {
        const session = sessions[calls.length % sessions.length] ?? "";
        calls.push(callThrough(agent, base, session, calls.length));
      }
    }, 5);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const reloaded = said("reloaded");
    primary.send("reload");
    expect(await reloaded).toBe("reloaded 0");
    await new Promise((resolve) => setTimeout(resolve, 500));
    clearInterval(load);
    const outcomes = await Promise.all(calls);
    agent.destroy();
    expect(outcomes.length).toBeGreaterThan(300);
    expect(outcomes.filter((outcome) => outcome !== "done")).toEqual([]);
  });
});
