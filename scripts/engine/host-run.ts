import { AppError } from "@cleanauth/common/app-error.ts";
import type { Report, TaskEnded } from "./event.ts";
import type { RawFacts } from "./fact.ts";
import { type HostLock, lockedExitCode } from "./host-lock.ts";
import type { Plan } from "./plan.ts";
import { countOutcome, emptyCounts, type Outcome, type RecapCounts } from "./recap.ts";
import { type CommandOptions, runCommand } from "./run-command.ts";
import type { HandlerTask, Task } from "./selection.ts";
import type { Host, ShellResult } from "./shell.ts";
import type { ShellScript } from "./shell-script.ts";

type Ended = Omit<TaskEnded, "type" | "task" | "host" | "seconds">;

const releaseTimeoutSeconds = 30;

/** One host's way through a run: what it has done, what it was notified of, whether it still takes part. */
export class HostRun {
  readonly host: Host;
  facts: RawFacts = {};
  plan: Plan = new Map();
  counts: RecapCounts = emptyCounts;
  isLive = true;
  holdsLock = false;
  hasRunCommands = false;
  hasRunHandlers = false;
  interruptedAt: string | null = null;
  readonly #report: Report;
  readonly #signal: AbortSignal | undefined;
  readonly #notified = new Set<string>();

  constructor(host: Host, report: Report, signal: AbortSignal | undefined) {
    this.host = host;
    this.#report = report;
    this.#signal = signal;
  }

  /** Does what the plan says about one task. */
  async perform(task: Task, check: boolean, lock: HostLock | undefined): Promise<void> {
    const decision = this.plan.get(task) ?? { kind: "ok" };
    await this.attempt(task.fullName, async () => {
      if (decision.kind === "ok") return { outcome: "ok" };
      if (decision.kind === "skipped") return { outcome: "skipped", because: decision.because };
      if (decision.kind === "refused") {
        throw new AppError("host_unfit", decision.message, decision.hint);
      }
      const { command, because, files } = decision;
      const detail = {
        ...(because === undefined ? {} : { because }),
        ...(files === undefined ? {} : { files }),
      };
      const result =
        command === undefined || check
          ? {}
          : await this.#change(task.fullName, command, task.operation, lock);
      for (const name of task.operation.notifies ?? []) this.#notified.add(name);
      return { outcome: "changed", ...detail, ...result };
    });
  }

  isNotified(task: HandlerTask): boolean {
    return this.#notified.has(task.handler.name);
  }

  async handle(task: HandlerTask, check: boolean, lock: HostLock | undefined): Promise<void> {
    await this.attempt(task.fullName, async () => {
      if (check) return { outcome: "skipped", because: "check mode" };
      this.hasRunHandlers = true;
      const result = await this.#change(task.fullName, task.handler.command, task.handler, lock);
      return { outcome: "changed", ...result };
    });
  }

  async #change(
    task: string,
    command: ShellScript,
    options: { timeoutSeconds?: number; retries?: number; retryDelaySeconds?: number },
    lock: HostLock | undefined,
  ): Promise<{ stdout: string; stderr: string }> {
    this.hasRunCommands = true;
    const { exitCode, stdout, stderr } = await this.command(lock?.guard(command) ?? command, {
      ...options,
      comment: task,
      ...(lock === undefined ? {} : { finalExitCodes: [lockedExitCode] }),
      onRetry: (attempt, attempts, message) =>
        this.#report({
          type: "task_retried",
          task,
          host: this.host.name,
          attempt,
          attempts,
          message,
        }),
    });
    if (lock !== undefined && exitCode !== 0) throw lock.refusal(this.host.name, stdout);
    return { stdout, stderr };
  }

  command(script: ShellScript, options: Omit<CommandOptions, "signal">): Promise<ShellResult> {
    return runCommand(this.host.shell, script, {
      ...options,
      ...(this.#signal === undefined ? {} : { signal: this.#signal }),
    });
  }

  /** Does one task and reports how it ended; a failure takes the host out of the run. */
  async attempt(task: string, work: () => Promise<Ended>): Promise<void> {
    const startedAt = performance.now();
    const ended = await work().catch((error: unknown): Ended => {
      this.isLive = false;
      if (!(error instanceof AppError)) throw error;
      if (error.code === "interrupted") this.interruptedAt = task;
      const { code, message, hint } = error;
      return { outcome: outcomeOf(error), error: { code, message, hint } };
    });
    this.counts = countOutcome(this.counts, ended.outcome);
    const seconds = (performance.now() - startedAt) / 1000;
    this.#report({ type: "task_ended", task, host: this.host.name, seconds, ...ended });
  }

  /** Gives the lock back, after an interruption too; a host that is gone forgets it by itself. */
  async release(lock: HostLock): Promise<void> {
    await this.host.shell
      .run(lock.release(), { timeoutSeconds: releaseTimeoutSeconds, comment: "release the lock" })
      .catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
      });
  }
}

function outcomeOf(error: AppError): Outcome {
  const isUnreachable = error.code.startsWith("host_unreachable");
  return isUnreachable ? "unreachable" : "failed";
}
