import { spawn } from "node:child_process";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { RunOptions, Shell, ShellResult } from "./shell.ts";
import type { ShellScript } from "./shell-script.ts";

/**
 * A shell that runs scripts on this machine as the user that it runs as: for tests and benchmarks.
 *
 * @param command what reads the script from its standard input; `sh -s` unless told otherwise
 */
export function createLocalShell(command: readonly string[] = ["sh", "-s"]): Shell {
  return { run: (script, options) => runLocally(command, script, options) };
}

function runLocally(
  [program = "sh", ...programArguments]: readonly string[],
  script: ShellScript,
  { timeoutSeconds, signal }: RunOptions,
): Promise<ShellResult> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(interruptedError());
    // A group of its own: cancelling ends what the script started, too.
    const child = spawn(program, programArguments, { detached: true, stdio: "pipe" });
    let failure: AppError | undefined;
    const stop = (error: AppError) => {
      failure ??= error;
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const onAbort = () => stop(interruptedError());
    const timer = setTimeout(
      () => stop(timedOutError(timeoutSeconds)),
      Math.max(1, timeoutSeconds * 1000),
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on("error", () => {}); // A script may end before it was read to its end.
    child.stdin.end(`${script.text}\n`);
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    child.on("error", (cause) => {
      finish();
      reject(
        new AppError(
          "host_unreachable",
          `Cannot start ${program}: ${cause.message}`,
          "Install it.",
          {
            cause,
          },
        ),
      );
    });
    child.on("close", (code) => {
      finish();
      if (failure !== undefined) return reject(failure);
      resolve({
        exitCode: code ?? 1,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8"),
      });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}

/** What a shell throws when its signal stopped it. */
export function interruptedError(): AppError {
  return new AppError("interrupted", "Interrupted", "Run the command again to go on.");
}

/** What a shell throws when a script ran for longer than it may. */
export function timedOutError(timeoutSeconds: number): AppError {
  return new AppError(
    "command_timed_out",
    `The command ran for longer than ${timeoutSeconds} seconds and was cancelled`,
    "Run it again; if it stops here again, look at the host.",
  );
}
