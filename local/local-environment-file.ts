import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";
import { type Environment, readEnvironment } from "@cleanauth/common/environment.ts";
import { isRunning } from "@cleanauth/common/running-process.ts";

/**
 * Writes what another shell needs to reach the local stack, as `NAME=value` lines, readable by its
 * owner alone. The file appears whole or not at all.
 *
 * @param path where to; missing folders are made
 * @param variables names and values; one that is undefined is left out
 */
export function writeLocalEnvironment(path: string, variables: Environment): void {
  const lines = Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${quote(value as string)}\n`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${process.pid}`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, lines.join(""), { mode: 0o600, flag: "wx" });
  renameSync(unfinished, path);
}

/** Quotes for a shell's `source` as well as for `.env` readers; no value here holds a quote. */
function quote(value: string): string {
  return /^[\w./:@%+,=-]*$/.test(value) ? value : `'${value}'`;
}

/**
 * Sees that no other stack runs from this folder: its notes and its settings would be overwritten. A
 * stack that was killed leaves its file behind, whose process and port may be another program's by now.
 *
 * @param path where a running stack keeps its variables
 * @throws AppError `configuration_already_running`
 */
export async function requireNoOtherStack(path: string): Promise<void> {
  const { CLEANAUTH_LOCAL_PID: pid, PORT: port } = readEnvironment({}, [path]);
  if (!isRunning(pid) || !(await isListening(Number(port)))) return;
  throw new AppError(
    "configuration_already_running",
    `make start runs in this folder already: process ${pid}, port ${port}`,
    "Use it (make chat), end it with Ctrl-C, or start the other one in a folder of its own.",
  );
}

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
