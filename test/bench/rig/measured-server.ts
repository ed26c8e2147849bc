import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environmentFor } from "@cleanauth/server/testing/test-server.ts";
import type { TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { type Core, spawnOn } from "./cores.ts";
import { root } from "./places.ts";
import { type ProcessUsage, readUsage } from "./process-usage.ts";

/** A server in a process of its own, on the core that is measured. */
export interface MeasuredServer {
  readonly name: string;
  /** The URL with the address, without a slash at its end. */
  readonly base: string;
  readonly pid: number;
  /** From the start of its process to its first right answer to an authenticated call. */
  readonly startMilliseconds: number;
  usage(): ProcessUsage | null;
  stop(): Promise<void>;
}

/** How a server is started. */
export interface ServerProgram {
  readonly name: string;
  /** What node is called with. */
  readonly args: readonly string[];
  /** Environment variables beside the usual ones. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whose core it runs on (default: the measured one's). */
  readonly core?: Core;
  /** How its first answer is asked for. */
  readonly isAnswering: (base: string) => Promise<boolean>;
}

/**
 * Starts a server and waits for its first right answer. Its output goes to a file, as on the host.
 *
 * @param pool whose tokens it accepts
 * @param folder its logs and data
 */
export async function startMeasured(
  program: ServerProgram,
  pool: TestUserPool,
  folder: string,
): Promise<MeasuredServer> {
  const { name } = program;
  const home = join(folder, name.replaceAll(/[^\w-]+/g, "-"));
  mkdirSync(home, { recursive: true });
  const port = await freePort();
  const logFile = join(home, "server.log");
  const log = openSync(logFile, "a");
  const startedAt = performance.now();
  const child = spawnOn(program.core ?? "measured", process.execPath, program.args, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: "production",
      ...environmentFor(pool, join(home, "data")),
      PORT: String(port),
      // The peers have no such bounds, and 512 connections of one caller would meet them.
      RATE_LIMIT_PER_MINUTE: "0",
      MAX_SESSIONS: "1000000",
      ...program.settings,
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const base = `http://127.0.0.1:${port}`;
  await untilAnswering(
    child,
    () => program.isAnswering(base),
    () => readFileSync(logFile, "utf8"),
  );
  const startMilliseconds = performance.now() - startedAt;
  const pid = child.pid ?? 0;
  return {
    name,
    base,
    pid,
    startMilliseconds,
    usage: () => readUsage(pid),
    stop: () => endProcess(child),
  };
}

const answersWithinMilliseconds = 60_000;

async function untilAnswering(
  child: ChildProcess,
  isAnswering: () => Promise<boolean>,
  log: () => string,
): Promise<void> {
  const deadline = performance.now() + answersWithinMilliseconds;
  while (!(await isAnswering().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`A server ended at its start:\n${log()}`);
    if (performance.now() > deadline) {
      await endProcess(child);
      throw new Error(`A server did not answer rightly:\n${log().slice(-2000)}`);
    }
    await sleep(2);
  }
}

/** Ends a process, if need be by force. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), 12_000);
  await ended;
  clearTimeout(force);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
