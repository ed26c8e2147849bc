import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  SendCommandCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { ShellScript } from "../engine/shell-script.ts";
import { awsErrorName, awsFailure } from "./aws-failure.ts";

/** SSM's least time for delivery; an agent that is online takes a command within seconds. */
export const deliverySeconds = 60;
const commentLimit = 100;
/** SSM refuses documents and parameters of more; the rest is room for what else is in the request. */
const scriptLimitBytes = 60_000;

export interface SendOptions {
  readonly instanceId: string;
  readonly script: ShellScript;
  readonly timeoutSeconds: number;
  readonly comment: string;
  readonly outputBucket: string;
  readonly outputPrefix: string;
}

/**
 * Hands a script to SSM.
 *
 * @returns the command's id
 * @throws AppError `host_unreachable_not_managed` when SSM does not know the instance
 */
export async function sendCommand(ssm: SSMClient, options: SendOptions): Promise<string> {
  const { instanceId, timeoutSeconds } = options;
  const text = withoutPlaceholders(options.script.text);
  if (Buffer.byteLength(text) > scriptLimitBytes) {
    throw new AppError(
      "host_command_too_long",
      `A command for ${instanceId} has ${Buffer.byteLength(text)} bytes`,
      `SSM takes ${scriptLimitBytes} at most; this is a defect, please report it.`,
    );
  }
  try {
    const { Command } = await ssm.send(
      new SendCommandCommand({
        InstanceIds: [instanceId],
        DocumentName: "AWS-RunShellScript",
        Parameters: {
          commands: [text],
          executionTimeout: [String(Math.max(1, Math.ceil(timeoutSeconds)))],
        },
        TimeoutSeconds: deliverySeconds,
        Comment: options.comment.replace(/[^\x20-\x7e]/g, "?").slice(0, commentLimit),
        OutputS3BucketName: options.outputBucket,
        OutputS3KeyPrefix: options.outputPrefix,
      }),
    );
    if (Command?.CommandId !== undefined) return Command.CommandId;
    throw new AppError("aws_call_failed", "ssm:SendCommand answered without an id", "Run again.");
  } catch (error) {
    if (awsErrorName(error) === "InvalidInstanceId") throw notManagedError(instanceId, error);
    throw awsFailure(error, "ssm:SendCommand", instanceId);
  }
}

/** SSM replaces `{{name}}` in parameters; a script that contains braces travels in base64. */
function withoutPlaceholders(text: string): string {
  if (!text.includes("{{")) return text;
  return `eval "$(printf %s ${Buffer.from(text).toString("base64")} | base64 -d)"`;
}

/** What became of a command: not there yet, at work, or at its end. */
export type Invocation =
  | { readonly state: "unknown" }
  | { readonly state: "running" }
  | { readonly state: "ended"; readonly output: GetCommandInvocationCommandOutput };

const runningStatuses = new Set(["Pending", "InProgress", "Delayed", "Cancelling"]);

/** Looks at a command. Right after it was sent, SSM may not know it yet. */
export async function getInvocation(
  ssm: SSMClient,
  instanceId: string,
  commandId: string,
): Promise<Invocation> {
  try {
    const output = await ssm.send(
      new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }),
    );
    const isRunning = runningStatuses.has(output.Status ?? "Pending");
    return isRunning ? { state: "running" } : { state: "ended", output };
  } catch (error) {
    const name = awsErrorName(error);
    if (name === "InvocationDoesNotExist") return { state: "unknown" };
    // Polling goes on: the SDK has tried several times, and the command runs all the same.
    if (name === "ThrottlingException" || name === "InternalServerError") {
      return { state: "running" };
    }
    throw awsFailure(error, "ssm:GetCommandInvocation", instanceId);
  }
}

/** Cancels a command; one that has ended in the meantime is left alone. */
export async function cancelCommand(
  ssm: SSMClient,
  instanceId: string,
  commandId: string,
): Promise<void> {
  try {
    await ssm.send(new CancelCommandCommand({ CommandId: commandId, InstanceIds: [instanceId] }));
  } catch (error) {
    const name = awsErrorName(error);
    if (name === "InvalidCommandId" || name === "DuplicateInstanceId") return;
    throw awsFailure(error, "ssm:CancelCommand", instanceId);
  }
}

/** Whether the instance's agent is in touch: `Online`, `ConnectionLost`, or `null` when never seen. */
export async function pingStatus(ssm: SSMClient, instanceId: string): Promise<string | null> {
  try {
    const { InstanceInformationList } = await ssm.send(
      new DescribeInstanceInformationCommand({
        Filters: [{ Key: "InstanceIds", Values: [instanceId] }],
      }),
    );
    return InstanceInformationList?.[0]?.PingStatus ?? null;
  } catch (error) {
    if (awsErrorName(error) === "InvalidInstanceId") return null;
    throw awsFailure(error, "ssm:DescribeInstanceInformation", instanceId);
  }
}

function notManagedError(instanceId: string, cause: unknown): AppError {
  return new AppError(
    "host_unreachable_not_managed",
    `SSM cannot reach ${instanceId}`,
    "See that it runs (make doctor), that its role lets the SSM agent in, and that it has a way to AWS.",
    { cause },
  );
}
