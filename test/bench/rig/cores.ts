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

/** Does something that makes load in this very process, on the core for it. */
export async function onLoadCore<Result>(make: () => Promise<Result>): Promise<Result> {
  if (!pinsCores) return make();
  const own = String(process.pid);
  const told = execFileSync("taskset", ["-c", "-p", own], { encoding: "utf8" });
  const before = told.slice(told.lastIndexOf(":") + 1).trim();
  const moveTo = (cores: string) => execFileSync("taskset", ["-a", "-c", "-p", cores, own]);
  moveTo(coreNumbers.load);
  try {
    return await make();
  } finally {
    moveTo(before);
  }
}
