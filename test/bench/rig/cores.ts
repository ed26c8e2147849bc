import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { availableParallelism } from "node:os";

/** Which core a program gets: the measured one has a core for itself, unless it starts programs too. */
export type Core = "measured" | "load" | "any";

const coreNumbers = { load: "0", measured: "1" } as const;

function canPin(): boolean {
  if (availableParallelism() < 2) return false;
  try {
    execFileSync("taskset", ["-c", "0,1", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Whether each program gets a core of its own; else the system places them as it likes. */
export const pinsCores = canPin();

/** Starts a program on a core. */
export function spawnOn(
  core: Core,
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  if (!pinsCores || core === "any") return spawn(program, args, options);
  return spawn("taskset", ["-c", coreNumbers[core], program, ...args], options);
}
