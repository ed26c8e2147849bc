import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { Shell, ShellResult } from "./shell.ts";
import type { ShellScript } from "./shell-script.ts";
import { maskSecrets } from "./unified-diff.ts";

export interface CommandOptions {
  readonly timeoutSeconds?: number;
  readonly retries?: number;
  readonly retryDelaySeconds?: number;
  readonly signal?: AbortSignal;
  readonly comment: string;
  /** Exit codes that are an answer, not a failure, and are not tried again. */
  readonly finalExitCodes?: readonly number[];
  onRetry?(attempt: number, attempts: number, message: string): void;
}

const defaultTimeoutSeconds = 120;
const defaultRetryDelaySeconds = 3;

/**
 * Runs a command on a host, again where it may be.
 *
 * @throws AppError `command_failed` when the last try failed, and what {@link Shell.run} throws
 */
export async function runCommand(
  shell: Shell,
  script: ShellScript,
  options: CommandOptions,
): Promise<ShellResult> {
  const attempts = 1 + (options.retries ?? 0);
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tryOnce(shell, script, options);
    if (!(failure instanceof AppError)) return failure;
    if (attempt === attempts || !isWorthAnotherTry(failure)) throw failure;
    options.onRetry?.(attempt, attempts, failure.message);
    await pause(options.retryDelaySeconds ?? defaultRetryDelaySeconds, options.signal);
  }
}

async function tryOnce(
  shell: Shell,
  script: ShellScript,
  options: CommandOptions,
): Promise<ShellResult | AppError> {
  try {
    const result = await shell.run(script, {
      timeoutSeconds: options.timeoutSeconds ?? defaultTimeoutSeconds,
      comment: options.comment,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const isAnswer = result.exitCode === 0 || options.finalExitCodes?.includes(result.exitCode);
    return isAnswer ? result : commandFailedError(result);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** A host that cannot be reached was waited for by the shell already. */
function isWorthAnotherTry(failure: AppError): boolean {
  return failure.code === "command_failed" || failure.code === "command_timed_out";
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  // An abort during the pause is noticed by the next try, which throws `interrupted`.
  await sleep(seconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}

function commandFailedError({ exitCode, stdout, stderr }: ShellResult): AppError {
  const said = lastLines(stderr) || lastLines(stdout);
  return new AppError(
    "command_failed",
    `The command failed with exit code ${exitCode}${said === "" ? "" : `: ${said}`}`,
    "Run again with -v for its whole output.",
  );
}

function lastLines(text: string): string {
  return maskSecrets(text).trim().split("\n").slice(-3).join(" / ").slice(-600);
}
