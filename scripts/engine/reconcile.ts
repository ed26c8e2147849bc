import { AppError } from "@cleanauth/common/app-error.ts";
import type { Report } from "./event.ts";
import { type FactDefinitions, gatherScript, parseRawFacts, type RawFacts } from "./fact.ts";
import { mapForked } from "./fork.ts";
import { type HostLock, lockedExitCode } from "./host-lock.ts";
import { HostRun } from "./host-run.ts";
import type { Play } from "./operation.ts";
import { hasChanges, planHost, stillDiffering, stillDifferingError } from "./plan.ts";
import { hasFailure, type Recap } from "./recap.ts";
import { handlersOf, type Selection, selectTasks, type Task } from "./selection.ts";
import type { Host } from "./shell.ts";
import type { ShellScript } from "./shell-script.ts";

export interface ReconcileOptions extends Selection {
  /** Only reads: prints what would change. */
  readonly check?: boolean;
  /** How many hosts are worked on at a time; 5 unless told otherwise. */
  readonly forks?: number;
  /** Taken on a host before its first change. */
  readonly lock?: HostLock;
  /**
   * Called once, before the first change of the run: brings what the hosts will fetch to its place.
   * Gets the full names of the tasks that change something on any host.
   */
  beforeChanges?(tasks: ReadonlySet<string>): Promise<void>;
  readonly signal?: AbortSignal;
  readonly report: Report;
}

export interface ReconcileResult {
  readonly recap: Recap;
  readonly failed: boolean;
  /** The facts as last read, by host. */
  readonly facts: Readonly<Record<string, RawFacts>>;
  /** The task that was at work when the signal stopped the run. */
  readonly interruptedAt: string | null;
}

const defaultForks = 5;

/**
 * Brings hosts into the state that a play declares: reads all facts with one command, plans, runs the
 * operations that differ, reads the facts again, and runs the notified handlers. Hosts keep step task
 * by task; one that fails drops out and the others go on.
 *
 * @throws AppError `usage_…` for a selection that names nothing; whatever goes wrong on a host is
 *   reported and counted
 */
export async function reconcile(
  play: Play,
  hosts: readonly Host[],
  options: ReconcileOptions,
): Promise<ReconcileResult> {
  const { report } = options;
  const startedAt = performance.now();
  const tasks = selectTasks(play, options);
  const runs = hosts.map((host) => new HostRun(host, report, options.signal));
  const live = () => runs.filter((run) => run.isLive);
  const onEach = (work: (run: HostRun) => Promise<void>, among = live()) =>
    mapForked(among, options.forks ?? defaultForks, work);
  const gather = gatherScript(factsOf(play));

  report({ type: "play_started", play: play.name, hosts: hosts.map(({ name }) => name) });
  await step(report, "Gathering Facts", onEach, (run) => gatherFacts(run, gather, tasks));
  if (options.check !== true) {
    const changing = live().filter((run) => hasChanges(run.plan));
    const { lock } = options;
    if (changing.length > 0) await options.beforeChanges?.(changingTasks(changing, tasks));
    if (lock !== undefined && changing.length > 0) {
      report({ type: "task_started", kind: "task", task: lockTask });
      // Between the first look and the lock another operator may have changed the host.
      await onEach((run) => takeLock(run, lock, gather, tasks), changing);
    }
  }
  for (const task of tasks) {
    if (live().length === 0) break;
    report({ type: "task_started", kind: "task", task: task.fullName });
    await onEach((run) => run.perform(task, options.check === true, options.lock));
  }
  if (options.check !== true) {
    const worked = live().filter((run) => run.hasRunCommands);
    await verify(report, worked, gather, tasks, "before handlers", onEach);
  }
  await runHandlers(play, options, live, onEach);
  if (options.check !== true) {
    const handled = live().filter((run) => run.hasRunHandlers);
    await verify(report, handled, gather, tasks, "after handlers", onEach);
    const { lock } = options;
    if (lock !== undefined) {
      await onEach(
        (run) => run.release(lock),
        runs.filter((run) => run.holdsLock),
      );
    }
  }
  const recap = Object.fromEntries(runs.map((run) => [run.host.name, run.counts]));
  const interruptedAt = runs.find((run) => run.interruptedAt !== null)?.interruptedAt ?? null;
  if (interruptedAt !== null) report({ type: "interrupted", task: interruptedAt });
  report({ type: "recap", recap, seconds: (performance.now() - startedAt) / 1000 });
  const facts = Object.fromEntries(runs.map((run) => [run.host.name, run.facts]));
  return { recap, failed: hasFailure(recap), facts, interruptedAt };
}

function changingTasks(runs: readonly HostRun[], tasks: readonly Task[]): ReadonlySet<string> {
  const changing = tasks.filter((task) =>
    runs.some(({ plan }) => plan.get(task)?.kind === "change"),
  );
  return new Set(changing.map(({ fullName }) => fullName));
}

const lockTask = "Taking the host's lock";
const verifyTask = "Verifying Facts";

type OnEach = (work: (run: HostRun) => Promise<void>, among?: HostRun[]) => Promise<unknown>;

async function step(
  report: Report,
  task: string,
  onEach: OnEach,
  work: (run: HostRun) => Promise<void>,
): Promise<void> {
  report({ type: "task_started", kind: "task", task });
  await onEach(work);
}

function factsOf(play: Play): FactDefinitions {
  return Object.assign({}, ...play.roles.map(({ facts }) => facts));
}

async function gatherFacts(
  run: HostRun,
  gather: ShellScript,
  tasks: readonly Task[],
): Promise<void> {
  await run.attempt("Gathering Facts", async () => {
    const { stdout } = await run.command(gather, { comment: "read the facts" });
    learn(run, stdout, tasks);
    return { outcome: "ok" };
  });
}

/** What a host has said of itself, and what follows from it. */
function learn(run: HostRun, stdout: string, tasks: readonly Task[]): void {
  run.facts = parseRawFacts(stdout);
  run.plan = planHost(tasks, run.facts);
}

async function takeLock(
  run: HostRun,
  lock: HostLock,
  gather: ShellScript,
  tasks: readonly Task[],
): Promise<void> {
  await run.attempt(lockTask, async () => {
    run.holdsLock = true; // Even when the answer is lost: releasing looks at who holds it.
    const { exitCode, stdout } = await run.command(lock.acquire(gather), {
      comment: "take the lock, read the facts",
      finalExitCodes: [lockedExitCode],
    });
    if (exitCode === lockedExitCode) {
      run.holdsLock = false;
      throw lock.refusal(run.host.name, stdout);
    }
    learn(run, stdout, tasks);
    return { outcome: "ok" };
  });
}

async function verify(
  report: Report,
  among: HostRun[],
  gather: ShellScript,
  tasks: readonly Task[],
  stage: "before handlers" | "after handlers",
  onEach: OnEach,
): Promise<void> {
  if (among.length === 0) return;
  report({ type: "task_started", kind: "task", task: verifyTask });
  await onEach(async (run) => {
    await run.attempt(verifyTask, async () => {
      const { stdout } = await run.command(gather, { comment: "read the facts again" });
      run.facts = parseRawFacts(stdout);
      const differing = stillDiffering(tasks, run.facts, stage);
      if (differing.length > 0) throw stillDifferingError(differing);
      return { outcome: "ok" };
    });
  }, among);
}

async function runHandlers(
  play: Play,
  options: ReconcileOptions,
  live: () => HostRun[],
  onEach: OnEach,
): Promise<void> {
  for (const task of handlersOf(play)) {
    const notified = live().filter((run) => run.isNotified(task));
    if (notified.length === 0) continue;
    options.report({ type: "task_started", kind: "handler", task: task.fullName });
    await onEach((run) => run.handle(task, options.check === true, options.lock), notified);
  }
}

/**
 * Turns a run that did not succeed into the error that ends its program.
 *
 * @param goOnWith the command that goes on at a task
 * @throws AppError `interrupted`, or `hosts_failed`
 */
export function requireSuccess(result: ReconcileResult, goOnWith: (task: string) => string): void {
  if (result.interruptedAt !== null) {
    throw new AppError(
      "interrupted",
      `Interrupted in [${result.interruptedAt}]; the command on the host was cancelled`,
      `Go on with: ${goOnWith(result.interruptedAt)}`,
    );
  }
  if (!result.failed) return;
  const failed = Object.entries(result.recap).filter(([host, counts]) =>
    hasFailure({ [host]: counts }),
  );
  throw new AppError(
    "hosts_failed",
    `Failed on ${failed.map(([host]) => host).join(", ")}`,
    "What is done stays done: mend the cause that is named above and run again.",
  );
}
