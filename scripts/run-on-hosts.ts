import { hostname } from "node:os";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Environment } from "@cleanauth/common/environment.ts";
import { connectHosts, lazyS3 } from "./aws/connect-hosts.ts";
import { identifyStackCaller } from "./aws/stack-caller.ts";
import type { StackOutputs } from "./aws/stack-outputs.ts";
import type { RunArguments } from "./engine/arguments.ts";
import { createHostLock } from "./engine/host-lock.ts";
import type { Play } from "./engine/operation.ts";
import { type ReconcileResult, reconcile, requireSuccess } from "./engine/reconcile.ts";
import { createReporter, type Reporter } from "./engine/reporter.ts";
import { limitHosts, selectTasks } from "./engine/selection.ts";
import { layout } from "./roles/layout.ts";

/** Longer than any operation may take: after that a run that holds the lock is no more. */
const lockStaleSeconds = 1200;
/** Ctrl-C, an end from outside, a terminal that was closed: each gives the lock back. */
const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface HostsRun {
  readonly wanted: RunArguments;
  readonly outputs: StackOutputs;
  readonly environment: Environment;
  /** Called before the first change, with the tasks that change something. */
  beforeChanges?(tasks: ReadonlySet<string>, s3: S3Client, reporter: Reporter): Promise<void>;
  /** Called at the end, whatever happened. */
  afterwards?(): Promise<void>;
  /** The command that goes on after an interruption, at a task where it was one. */
  goOnWith(task: string | null): string;
}

/**
 * Runs a play on the hosts of a stack, over SSM, with the operator's command line, output and
 * interruption.
 *
 * @throws AppError `hosts_failed`, `interrupted`, and whatever keeps the run from beginning
 */
export async function runOnHosts(
  play: Play,
  run: HostsRun,
): Promise<ReconcileResult & { readonly reporter: Reporter }> {
  const { wanted, outputs, environment } = run;
  const caller = await identifyStackCaller(outputs);
  const reporter = createReporter(process.stdout, wanted);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  // Once: who presses Ctrl-C a second time wants this program to end now.
  for (const signal of interruptions) process.once(signal, interrupt);
  const s3 = lazyS3(outputs.Region, environment.AWS_ENDPOINT_URL !== undefined);
  try {
    const hosts = await connectHosts(outputs, s3, (host) =>
      reporter.say(`waiting for ${host} to come online in SSM`),
    );
    const result = await reconcile(play, limitHosts(hosts, wanted.limit), {
      ...wanted,
      signal: interruption.signal,
      report: reporter.report,
      beforeChanges: async (tasks) => run.beforeChanges?.(tasks, await s3(), reporter),
      lock: createHostLock({
        path: layout.lock,
        holder: `${caller.arn} on ${hostname()} since ${new Date().toISOString()}`,
        staleAfterSeconds: lockStaleSeconds,
      }),
    });
    const isTask = (name: string) =>
      selectTasks(play, {}).some(({ fullName }) => fullName === name);
    requireSuccess(result, (name) => run.goOnWith(isTask(name) ? name : null));
    return { ...result, reporter };
  } finally {
    reporter.stop();
    for (const signal of interruptions) process.off(signal, interrupt);
    await run.afterwards?.();
  }
}
