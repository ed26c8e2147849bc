import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { baseImage } from "./base-image.ts";
import { createHostRunner, type HostRunner, type HostRunnerResult } from "./host-runner.ts";

/** A Linux with a systemd of its own, in namespaces of its own: what an instance is to SSM's agent. */
export interface BootedHost {
  /** Its root folder, seen from here. */
  readonly root: string;
  /** The process id, here, of its first process; another one after a reboot. */
  leader(): number;
  readonly runner: HostRunner;
  /** Runs a script on it and returns what it printed; throws when it fails. */
  run(script: string): Promise<string>;
  /** Runs a script on it, whatever comes of it. */
  try(script: string): Promise<HostRunnerResult>;
  reboot(): Promise<void>;
  remove(): Promise<void>;
}

const bootSeconds = 120;
const stopMilliseconds = 20_000;

/**
 * Boots a host from the base image. Needs root and systemd-nspawn.
 *
 * It has no network but its own loopback: what it reaches is what a test puts there.
 */
export async function bootHost(): Promise<BootedHost> {
  const folder = mkdtempSync(join(tmpdir(), "cleanauth-host-"));
  const root = join(folder, "root");
  await promisify(execFile)("cp", ["-a", "--reflink=auto", await baseImage(), root]);
  let nspawn = startNspawn(root);
  const leader = () => {
    const [first] = childrenOf(nspawn.child.pid ?? 0);
    if (first === undefined) throw new Error(`systemd-nspawn has no host: ${nspawn.said()}`);
    return first;
  };
  const enter = (pid: number) => ["nsenter", "-t", String(pid), "-a", "--", "env", "-i", ...plain];
  const runner: HostRunner = {
    run: async (script, signal) =>
      createHostRunner([...enter(leader()), "sh", "-s"]).run(script, signal),
  };
  const attempt = (script: string) => runner.run(script, new AbortController().signal);
  const host: BootedHost = {
    root,
    leader,
    runner,
    try: attempt,
    async run(script) {
      const { exitCode, stdout, stderr } = await attempt(script);
      if (exitCode === 0) return stdout;
      throw new Error(`exit ${exitCode} of ${script}\n${stdout}${stderr}`);
    },
    async reboot() {
      // Outside of a unit of systemd's, nspawn ends with its host instead of booting it again.
      await attempt("systemctl reboot --no-block");
      await ended(nspawn.child, bootSeconds * 1000);
      nspawn = startNspawn(root);
      await untilUp(host, nspawn);
    },
    async remove() {
      nspawn.child.kill("SIGTERM");
      await ended(nspawn.child, stopMilliseconds);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await untilUp(host, nspawn);
    return host;
  } catch (error) {
    await host.remove();
    throw error;
  }
}

/** SSM's agent starts its commands with little more than this. */
const plain = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8"];

async function untilUp(host: BootedHost, { child, said }: Nspawn): Promise<void> {
  const startedAt = Date.now();
  for (;;) {
    const { stdout } = await host.try("systemctl is-system-running").catch(() => ({ stdout: "" }));
    if (/^(running|degraded)/.test(stdout)) return;
    if (child.exitCode !== null) throw new Error(`systemd-nspawn ended: ${said()}`);
    if (Date.now() - startedAt > bootSeconds * 1000) {
      throw new Error(`The host was not up within ${bootSeconds} seconds: ${said()}`);
    }
    await sleep(200);
  }
}

interface Nspawn {
  readonly child: ChildProcess;
  said(): string;
}

function startNspawn(root: string): Nspawn {
  const child = spawn(
    "systemd-nspawn",
    [
      "--quiet",
      "--boot",
      "--register=no",
      "--keep-unit",
      "--private-network",
      `--machine=${basename(dirname(root)).toLowerCase()}`,
      `--directory=${root}`,
    ],
    { stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  // However the test ends: a left host would go on running.
  process.once("exit", () => child.kill("SIGTERM"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  return { child, said: () => said };
}

/** Waits until a process has ended, and ends it after a while. */
async function ended(child: ChildProcess, milliseconds: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  const late = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  await exit;
  clearTimeout(late);
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text.split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
