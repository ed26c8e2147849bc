import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { Environment } from "@cleanauth/common/environment.ts";

const readyWithinMilliseconds = 20_000;
const stopWithinMilliseconds = 12_000;
const longestRestartDelayMilliseconds = 10_000;

/**
 * The arguments with which Node runs a program of this project, whatever folder it is started in.
 *
 * @param program path of the TypeScript file from the project's folder
 */
export function argumentsToRun(program: string): string[] {
  return ["--import", import.meta.resolve("tsx"), join(import.meta.dirname, "..", program)];
}

export interface SupervisedProcess {
  /** The id of the process that runs now. */
  readonly pid: number | undefined;
  /** Sends SIGTERM, then SIGKILL to one that does not end; resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a program of this project and keeps it running: one that ends by itself after it was ready
 * is started again, with a delay that grows, as pm2 does on a host.
 *
 * @param options.name for people, as in `MCP server`
 * @param options.program path of the TypeScript file from the project's folder
 * @param options.environment the whole environment of the program
 * @param options.logFile both output streams are appended to it
 * @param options.onRestart told each time the program has ended by itself
 * @returns once the program has said `ready`
 * @throws AppError with the program's own last line when it ends before that
 */
export async function startSupervised(options: {
  name: string;
  program: string;
  environment: Environment;
  logFile: string;
  onRestart: (message: string) => void;
}): Promise<SupervisedProcess> {
  const log = openSync(options.logFile, "a", 0o600);
  let stopping = false;
  let restarts = 0;
  let timer: NodeJS.Timeout | undefined;
  let child = launch();
  const logStart = statSync(options.logFile).size;

  await untilReady(child, options.name, () => lastLine(options.logFile, logStart));
  watch();

  function launch(): ChildProcess {
    return spawn(process.execPath, argumentsToRun(options.program), {
      env: { ...options.environment },
      stdio: ["ignore", log, log, "ipc"],
      // A Ctrl-C in the terminal reaches the whole process group; the stack ends its parts in order.
      detached: true,
    });
  }

  function watch(): void {
    const startedAt = Date.now();
    child.once("exit", (code, signal) => {
      if (stopping) return;
      if (Date.now() - startedAt > longestRestartDelayMilliseconds) restarts = 0;
      const delay = Math.min(250 * 2 ** restarts, longestRestartDelayMilliseconds);
      restarts += 1;
      options.onRestart(
        `The ${options.name} ended (${signal ?? `exit code ${code}`}); starting it again in ${delay} ms.`,
      );
      timer = setTimeout(() => {
        child = launch();
        watch();
      }, delay);
    });
  }

  return {
    get pid() {
      return child.pid;
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const impatience = setTimeout(() => child.kill("SIGKILL"), stopWithinMilliseconds);
      await gone;
      clearTimeout(impatience);
    },
  };
}

function untilReady(
  child: ChildProcess,
  name: string,
  lastWords: () => string | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      child.kill("SIGKILL");
      reject(
        new AppError(
          "configuration_part_failed",
          `The ${name} did not start: ${lastWords() ?? what}`,
          "Its log is beside the others in .cleanauth/logs.",
        ),
      );
    };
    const timer = setTimeout(
      () => fail(`no word from it for ${readyWithinMilliseconds / 1000} seconds`),
      readyWithinMilliseconds,
    );
    child.once("message", () => {
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolve();
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      fail(`it ended with ${signal ?? `exit code ${code}`}`);
    });
  });
}

/** The last line that is not a log line, for a program's one-line error goes to stderr as plain text. */
function lastLine(path: string, from: number): string | undefined {
  const lines = readFileSync(path).subarray(from).toString("utf8").trim().split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("{")).at(-1);
}
