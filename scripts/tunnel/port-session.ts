import type { ChildProcess } from "node:child_process";
import { type SSMClient, StartSessionCommand, TerminateSessionCommand } from "@aws-sdk/client-ssm";
import { AppError } from "@cleanauth/common/app-error.ts";
import { awsErrorName, awsFailure } from "../aws/aws-failure.ts";
import { printableLine } from "../terminal/printable.ts";
import type { SessionManagerPlugin } from "./session-manager-plugin.ts";

/** A port of this machine that leads to the same port of the host. */
export interface PortSession {
  readonly port: number;
  /** Resolves when the session has ended, whoever ended it, with what the plugin said last. */
  readonly ended: Promise<string>;
  /** Ends the plugin, and the session on AWS's side; never throws. */
  close(): Promise<void>;
}

export interface PortSessionOptions {
  readonly ssm: SSMClient;
  readonly plugin: SessionManagerPlugin;
  readonly instanceId: string;
  readonly port: number;
  readonly region: string;
  /** Where SSM is. */
  readonly endpoint: string;
  /** How long the plugin may take until the port is open. */
  readonly openSeconds?: number;
}

const defaultOpenSeconds = 30;
const killSeconds = 2;

/**
 * Opens a port over SSM, and waits until it can be used.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html#sessions-start-port-forwarding
 *
 * @throws AppError `host_unreachable_no_session` when the host's agent is not connected,
 *   `tunnel_not_opened` when the plugin gives up or takes too long, and what AWS refuses
 */
export async function openPortSession(options: PortSessionOptions): Promise<PortSession> {
  const { ssm, plugin, instanceId, port, region, endpoint } = options;
  const request = {
    Target: instanceId,
    DocumentName: "AWS-StartPortForwardingSession",
    Parameters: { portNumber: [String(port)], localPortNumber: [String(port)] },
    Reason: "make tunnel",
  };
  const { SessionId = "", TokenValue = "", StreamUrl = "" } = await startSession(ssm, request);
  const terminate = () => terminateSession(ssm, SessionId);
  const child = plugin.start({
    response: { SessionId, TokenValue, StreamUrl },
    request,
    region,
    endpoint,
  });
  const said = collectOutput(child);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", () => resolve(said.last()));
  });
  const close = async () => {
    await endProcess(child, ended);
    await terminate();
  };

  const openSeconds = options.openSeconds ?? defaultOpenSeconds;
  const failure = await Promise.race([
    said.waitFor(/Waiting for connections/).then(() => null),
    ended.then((last) => `the plugin ended: ${last}`),
    afterSeconds(openSeconds, `it did not open within ${openSeconds} seconds`),
  ]);
  if (failure === null) return { port, ended, close };
  await close();
  throw new AppError(
    "tunnel_not_opened",
    `Port ${port} of ${instanceId} cannot be forwarded: ${failure}`,
    "Run make doctor; the agent on the host has to be connected, and ports have to be free here.",
  );
}

async function startSession(
  ssm: SSMClient,
  request: ConstructorParameters<typeof StartSessionCommand>[0],
) {
  try {
    return await ssm.send(new StartSessionCommand(request));
  } catch (error) {
    if (awsErrorName(error) !== "TargetNotConnected") {
      throw awsFailure(error, "ssm:StartSession", request.Target ?? "");
    }
    throw new AppError(
      "host_unreachable_no_session",
      `The SSM agent of ${request.Target} is not connected`,
      "Run make doctor: it says which link is broken.",
      { cause: error },
    );
  }
}

async function terminateSession(ssm: SSMClient, sessionId: string): Promise<void> {
  // Left alone, it would end by itself after some idle minutes; so a refusal is no failure.
  await ssm.send(new TerminateSessionCommand({ SessionId: sessionId })).catch(() => undefined);
}

/** Keeps the end of what the plugin says; it speaks of sessions and ports, never of the token. */
function collectOutput(child: ChildProcess) {
  let text = "";
  const waiting: { pattern: RegExp; resolve(): void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      text = (text + piece).slice(-4_000);
      for (const { pattern, resolve } of waiting) if (pattern.test(text)) resolve();
    });
  }
  return {
    waitFor: (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        waiting.push({ pattern, resolve });
      }),
    last: () => printableLine(text.trim().split("\n").slice(-2).join(" ")) || "it said nothing",
  };
}

async function endProcess(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), killSeconds * 1000);
  await ended;
  clearTimeout(late);
}

async function afterSeconds(seconds: number, result: string): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(result), seconds * 1000).unref();
  });
}
