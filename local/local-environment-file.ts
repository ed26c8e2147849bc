import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Environment } from "@cleanauth/common/environment.ts";

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
