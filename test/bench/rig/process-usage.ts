import { readFileSync } from "node:fs";

/** What a process has used, as Linux counts it. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Linux counts CPU time in hundredths of a second on every architecture that Node runs on. */
const ticksPerSecond = 100;

/**
 * Reads what a process has used until now.
 *
 * @returns null where there is no /proc
 */
export function readUsage(pid: number): ProcessUsage | null {
  try {
    // The name, in parentheses, may hold anything; the numbers come after it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      residentBytes: Number(resident) * 1024,
    };
  } catch {
    return null;
  }
}
