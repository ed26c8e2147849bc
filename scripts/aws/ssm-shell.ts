import { setTimeout as sleep } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import type { GetCommandInvocationCommandOutput, SSMClient } from "@aws-sdk/client-ssm";
import { AppError } from "@cleanauth/common/app-error.ts";
import { interruptedError, timedOutError } from "../engine/local-shell.ts";
import type { RunOptions, Shell, ShellResult } from "../engine/shell.ts";
import type { ShellScript } from "../engine/shell-script.ts";
import {
  cancelCommand,
  deliverySeconds,
  getInvocation,
  type Invocation,
  pingStatus,
  sendCommand,
} from "./ssm-invocation.ts";
import { commandOutputPrefix, wholeOutput } from "./ssm-output.ts";

export interface SsmShellOptions {
  readonly ssm: SSMClient;
  /** Asked for when an output is longer than SSM returns. */
  readonly s3: () => Promise<S3Client>;
  readonly instanceId: string;
  /** Where SSM puts the whole output of a command. */
  readonly outputBucket: string;
  /** How long to wait for an agent that is not online yet. */
  readonly onlineSeconds?: number;
  /** Told once when the agent has to be waited for. */
  onWaiting?(status: string | null): void;
  /** Multiplies every pause; tests make it small. */
  readonly pace?: number;
}

// An instance that has just started shows up within two minutes, seldom later.
const defaultOnlineSeconds = 240;
const firstPauseSeconds = 0.25;
const longestPauseSeconds = 3;
const pauseGrowth = 1.4;
/** SSM may take some seconds to know a command that it has just accepted. */
const unknownSeconds = 30;
/** Between the end of a command on the host and SSM's knowing it. */
const graceSeconds = 30;
const cancelSeconds = 15;

/**
 * A shell on an instance over SSM's send-command: no SSH, no inbound rule. Commands run as root.
 *
 * SSM keeps every command's text and output in the account's history: neither may hold a secret.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
 */
export function createSsmShell(options: SsmShellOptions): Shell {
  let online: Promise<void> | undefined;
  return {
    async run(script, runOptions) {
      online ??= waitUntilOnline(options, runOptions.signal);
      await online.catch((error: unknown) => {
        online = undefined;
        throw error;
      });
      return runOverSsm(options, script, runOptions);
    },
  };
}

async function waitUntilOnline(
  options: SsmShellOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { ssm, instanceId, pace = 1 } = options;
  const allowedSeconds = options.onlineSeconds ?? defaultOnlineSeconds;
  const startedAt = performance.now();
  for (const pauseSeconds of growingPauses()) {
    if (signal?.aborted) throw interruptedError();
    const status = await pingStatus(ssm, instanceId);
    if (status === "Online") return;
    if (secondsSince(startedAt) > allowedSeconds) {
      throw new AppError(
        "host_unreachable_offline",
        `${instanceId} has not come online in SSM within ${allowedSeconds} seconds (${status ?? "never seen"})`,
        "See that it runs and has a way to AWS (make doctor); a stopped instance has to be started.",
      );
    }
    if (pauseSeconds === firstPauseSeconds) options.onWaiting?.(status);
    await pause(pauseSeconds * pace, signal);
  }
}

async function runOverSsm(
  options: SsmShellOptions,
  script: ShellScript,
  { timeoutSeconds, signal, comment }: RunOptions,
): Promise<ShellResult> {
  const { ssm, instanceId, pace = 1 } = options;
  if (signal?.aborted) throw interruptedError();
  const commandId = await sendCommand(ssm, {
    instanceId,
    script,
    timeoutSeconds,
    comment: comment ?? "",
    outputBucket: options.outputBucket,
    outputPrefix: commandOutputPrefix,
  });
  const startedAt = performance.now();
  const endsWithin = timeoutSeconds + (deliverySeconds + graceSeconds) * pace;
  for (const pauseSeconds of growingPauses()) {
    await pause(pauseSeconds * pace, signal);
    if (signal?.aborted) {
      await cancelAndWait(options, commandId);
      throw interruptedError();
    }
    const invocation = await getInvocation(ssm, instanceId, commandId);
    if (invocation.state === "ended") {
      return resultOf(options, commandId, invocation.output, timeoutSeconds);
    }
    const elapsed = secondsSince(startedAt);
    const isLost = invocation.state === "unknown" && elapsed > unknownSeconds * pace;
    if (elapsed > endsWithin || isLost) {
      await cancelAndWait(options, commandId);
      throw await goneError(options, timeoutSeconds);
    }
  }
  throw timedOutError(timeoutSeconds);
}

async function resultOf(
  options: SsmShellOptions,
  commandId: string,
  output: GetCommandInvocationCommandOutput,
  timeoutSeconds: number,
): Promise<ShellResult> {
  const status = output.Status ?? "";
  const details = output.StatusDetails ?? status;
  if (/^(ExecutionTimedOut|Execution Timed Out)$/.test(details))
    throw timedOutError(timeoutSeconds);
  if (status === "TimedOut" || /^(Undeliverable|DeliveryTimedOut|Terminated)/.test(details)) {
    throw new AppError(
      "host_unreachable_undelivered",
      `${options.instanceId} did not take the command (${details})`,
      "See that it runs and has a way to AWS (make doctor), then run again.",
    );
  }
  if (status === "Cancelled") {
    throw new AppError(
      "command_cancelled",
      `The command on ${options.instanceId} was cancelled by somebody else`,
      "Find out who is at work on the host, then run again.",
    );
  }
  return {
    exitCode: status === "Success" ? 0 : exitCodeOf(output.ResponseCode),
    stdout: await wholeOutput(options, commandId, "stdout", output.StandardOutputContent),
    stderr: await wholeOutput(options, commandId, "stderr", output.StandardErrorContent),
  };
}

/** SSM says -1 where there is no exit code. */
function exitCodeOf(responseCode: number | undefined): number {
  return responseCode === undefined || responseCode <= 0 ? 1 : responseCode;
}

async function cancelAndWait(options: SsmShellOptions, commandId: string): Promise<void> {
  const { ssm, instanceId, pace = 1 } = options;
  const startedAt = performance.now();
  await cancelCommand(ssm, instanceId, commandId);
  for (const pauseSeconds of growingPauses()) {
    const invocation: Invocation = await getInvocation(ssm, instanceId, commandId);
    if (invocation.state === "ended" || secondsSince(startedAt) > cancelSeconds * pace) return;
    await sleep(pauseSeconds * pace * 1000);
  }
}

async function goneError(options: SsmShellOptions, timeoutSeconds: number): Promise<AppError> {
  const status = await pingStatus(options.ssm, options.instanceId);
  if (status === "Online") return timedOutError(timeoutSeconds);
  return new AppError(
    "host_unreachable_gone",
    `${options.instanceId} went away while it was at work (${status ?? "not managed any more"})`,
    "See that it runs (make doctor), then run again: the run goes on where it stopped.",
  );
}

function* growingPauses(): Generator<number, void, undefined> {
  for (let seconds = firstPauseSeconds; ; seconds *= pauseGrowth) {
    yield Math.min(seconds, longestPauseSeconds);
  }
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  // An abort ends the pause; the caller looks at the signal.
  await sleep(seconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
