import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { send } from "@cleanauth/server/testing/rpc.ts";
import { environmentFor, makeDataDir } from "@cleanauth/server/testing/test-server.ts";
import type { TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { onTestFinished } from "vitest";

const root = join(import.meta.dirname, "../..");

/** A server in a process of its own, whose log goes to a file, as on the host. */
export interface LoadedServer {
  readonly base: string;
  readonly pid: number;
  readonly folder: string;
  readonly logFile: string;
  /** What it holds in memory, in bytes, as the system counts it; null where there is no /proc. */
  residentBytes(): number | null;
  /** A value of its metrics. */
  metric(name: string): Promise<number>;
  send(message: unknown): void;
  kill(signal: NodeJS.Signals): Promise<number | string>;
  /** The exit code or the signal; null while it runs. */
  ended(): number | string | null;
}

export interface LoadedServerOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** For a server that takes the place of another: its folder and its port. */
  readonly folder?: string;
  readonly port?: number;
  readonly logFile?: string;
  /** A module that is loaded before the server. */
  readonly preload?: string;
}

/**
 * Starts a server and waits until it is healthy. It is killed when the test is over, and its folder
 * removed.
 *
 * @param pool whose tokens it accepts
 */
export async function startLoadedServer(
  pool: TestUserPool,
  options: LoadedServerOptions = {},
): Promise<LoadedServer> {
  const folder = options.folder ?? newFolder();
  const [port, metricsPort] = [options.port ?? (await freePort()), await freePort()];
  const logFile = options.logFile ?? join(folder, "server.log");
  const log = openSync(logFile, "a");
  const preload = options.preload === undefined ? [] : ["--import", options.preload];
  const program = [...preload, "--import", "tsx", join(root, "server/main.ts")];
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: "production",
      ...environmentFor(pool, join(folder, "data")),
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      MAX_SESSIONS: "100000",
      ...options.settings,
    },
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  let ended: number | string | null = null;
  const over = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => {
      ended = code ?? signal ?? "unknown";
      resolve(ended);
    });
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await over;
  });
  const base = `http://127.0.0.1:${port}`;
  for (;;) {
    const health = await send(`${base}/health`).catch(() => null);
    if (health?.json?.status === "ok") break;
    if (ended !== null)
      throw new Error(`The server ended with ${ended}:\n${readFileSync(logFile)}`);
    await sleep(20);
  }
  return {
    base,
    pid: child.pid ?? 0,
    folder,
    logFile,
    residentBytes: () => residentBytesOf(child.pid ?? 0),
    async metric(name) {
      const { text } = await send(`http://127.0.0.1:${metricsPort}/metrics`);
      return Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1]);
    },
    send: (message) => void child.send(message as object),
    async kill(signal) {
      child.kill(signal);
      return over;
    },
    ended: () => ended,
  };
}

function newFolder(): string {
  const { path, remove } = makeDataDir();
  onTestFinished(remove);
  return path;
}

/** Memory of a process in bytes; null where there is no /proc. */
export function residentBytesOf(pid: number): number | null {
  try {
    const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
