import { spawn } from "node:child_process";

/** Runs what a stand-in for SSM's agent is told to, on the host that it stands for. */
export interface HostRunner {
  /** Runs a script with `sh` as root; ends all of it when the signal aborts. */
  run(script: string, signal: AbortSignal): Promise<HostRunnerResult>;
}

export interface HostRunnerResult {
  /** `null` when it was ended from outside. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A runner that feeds scripts to a program.
 *
 * @param command reads a script from its standard input: `sh -s` here, behind `nsenter` on a booted host
 */
export function createHostRunner(command: readonly string[] = ["sh", "-s"]): HostRunner {
  const [program = "sh", ...programArguments] = command;
  return {
    run: (script, signal) =>
      new Promise((resolve, reject) => {
        const child = spawn(program, programArguments, { detached: true, stdio: "pipe" });
        const end = () => {
          try {
            if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
          } catch {
            // It has ended in the meantime.
          }
        };
        signal.addEventListener("abort", end, { once: true });
        if (signal.aborted) end();
        const stdout: Buffer[] = [];
        const stderr: Buffer[] = [];
        child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
        child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
        child.stdin.on("error", () => {});
        child.stdin.end(`${script}\n`);
        child.on("error", reject);
        child.on("close", (exitCode) => {
          signal.removeEventListener("abort", end);
          resolve({
            exitCode,
            stdout: Buffer.concat(stdout).toString("utf8"),
            stderr: Buffer.concat(stderr).toString("utf8"),
          });
        });
      }),
  };
}
