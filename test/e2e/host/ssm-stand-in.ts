import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { HostRunner } from "./host-runner.ts";
import { handOn } from "./small-servers.ts";

/** Keeps what a command printed past the cut, as the agent does in S3. */
export type OutputStore = (bucket: string, key: string, text: string) => Promise<void>;

export interface SsmStandInOptions {
  /** What answers every call that the stand-in does not know: the emulator of AWS. */
  readonly forwardTo?: string;
  readonly storeOutput?: OutputStore;
  /** How long SSM does not know a command that it has just accepted. */
  readonly unknownMilliseconds?: number;
  /** Every n-th call is throttled; 0 is never. */
  readonly throttleEvery?: number;
}

/** A command as SSM's history keeps it, in clear. */
export interface KeptCommand {
  readonly commandId: string;
  readonly instanceId: string;
  readonly request: string;
  readonly sentAt: number;
  readonly outputBucket: string | undefined;
  readonly outputPrefix: string | undefined;
  readonly controller: AbortController;
  status: string;
  statusDetails: string;
  responseCode: number;
  stdout: string;
  stderr: string;
}

/** A managed instance: what runs its commands, and since when its agent is in touch. */
export interface ManagedInstance {
  runner: HostRunner;
  onlineAt: number;
  /** An agent out of touch takes no command and ends none. */
  lost: boolean;
}

export interface SsmStandIn {
  readonly url: string;
  readonly instances: Map<string, ManagedInstance>;
  /** Everything that was ever sent and printed: where a secret must not be. */
  readonly history: readonly KeptCommand[];
  readonly calls: readonly string[];
  /** Error names that the next calls of an action answer with, one each. */
  failNext(action: string, ...errorNames: string[]): void;
  close(): Promise<void>;
}

const cutAtCharacters = 24_000;
const jsonType = "application/x-amz-json-1.1";

class SsmError extends Error {
  constructor(name: string, message = "") {
    super(message);
    this.name = name;
  }
}

/** Stands in for the calls of SSM that reach a host, with SSM's limits; forwards all others. */
export async function startSsmStandIn(options: SsmStandInOptions = {}): Promise<SsmStandIn> {
  const instances = new Map<string, ManagedInstance>();
  const history: KeptCommand[] = [];
  const calls: string[] = [];
  const failures = new Map<string, string[]>();
  const actions: Record<string, (input: Input) => unknown> = {
    DescribeInstanceInformation: (input) => describe(instances, input),
    SendCommand: (input) => send(instances, history, options, input),
    GetCommandInvocation: (input) => getInvocation(history, options, input),
    CancelCommand: (input) => cancel(history, input),
  };
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    const action = /^AmazonSSM\.(\w+)$/.exec(String(request.headers["x-amz-target"]))?.[1] ?? "";
    const handle = actions[action];
    if (handle === undefined) {
      if (options.forwardTo === undefined) return response.writeHead(501).end();
      return handOn(options.forwardTo, request, response, body);
    }
    calls.push(action);
    const answer = (status: number, value: unknown) =>
      response.writeHead(status, { "content-type": jsonType }).end(JSON.stringify(value));
    try {
      const failure = failures.get(action)?.shift();
      if (failure !== undefined) throw new SsmError(failure, `${failure} was asked for`);
      const every = options.throttleEvery ?? 0;
      if (every > 0 && calls.length % every === 0) {
        throw new SsmError("ThrottlingException", "Rate exceeded");
      }
      answer(200, handle(JSON.parse(body.toString("utf8")) as Input));
    } catch (error) {
      const { name, message } = error as Error;
      answer(400, { __type: name, message, Message: message });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    instances,
    history,
    calls,
    failNext(action, ...errorNames) {
      failures.set(action, [...(failures.get(action) ?? []), ...errorNames]);
    },
    async close() {
      for (const { controller } of history) controller.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Input {
  readonly InstanceIds?: readonly string[];
  readonly InstanceId?: string;
  readonly CommandId?: string;
  readonly Filters?: readonly { Key?: string; Values?: readonly string[] }[];
  readonly DocumentName?: string;
  readonly Parameters?: { commands?: readonly string[]; executionTimeout?: readonly string[] };
  readonly TimeoutSeconds?: number;
  readonly Comment?: string;
  readonly OutputS3BucketName?: string;
  readonly OutputS3KeyPrefix?: string;
}

function describe(instances: Map<string, ManagedInstance>, input: Input): unknown {
  const wanted = input.Filters?.find(({ Key }) => Key === "InstanceIds")?.Values;
  const seen = [...instances].filter(
    ([id, { onlineAt }]) => onlineAt <= Date.now() && (wanted?.includes(id) ?? true),
  );
  return {
    InstanceInformationList: seen.map(([InstanceId, { lost }]) => ({
      InstanceId,
      PingStatus: lost ? "ConnectionLost" : "Online",
      PlatformType: "Linux",
    })),
  };
}

function send(
  instances: Map<string, ManagedInstance>,
  history: KeptCommand[],
  options: SsmStandInOptions,
  input: Input,
): unknown {
  const instanceId = input.InstanceIds?.[0] ?? "";
  const instance = instances.get(instanceId);
  if (instance === undefined || instance.onlineAt > Date.now()) {
    throw new SsmError("InvalidInstanceId", "Instances not in a valid state for account");
  }
  if (input.DocumentName !== "AWS-RunShellScript") throw new SsmError("InvalidDocument");
  if ((input.TimeoutSeconds ?? 30) < 30) throw new SsmError("ValidationException", "too small");
  if ((input.Comment ?? "").length > 100) throw new SsmError("ValidationException", "too long");
  const command: KeptCommand = {
    commandId: randomUUID(),
    instanceId,
    request: JSON.stringify(input),
    sentAt: Date.now(),
    outputBucket: input.OutputS3BucketName,
    outputPrefix: input.OutputS3KeyPrefix,
    controller: new AbortController(),
    status: "Pending",
    statusDetails: "Pending",
    responseCode: -1,
    stdout: "",
    stderr: "",
  };
  history.push(command);
  void execute(command, instance, options, input);
  return { Command: { CommandId: command.commandId, Status: "Pending" } };
}

async function execute(
  command: KeptCommand,
  instance: ManagedInstance,
  { storeOutput }: SsmStandInOptions,
  input: Input,
): Promise<void> {
  if (instance.lost) return;
  setStatus(command, "InProgress");
  const seconds = Number(input.Parameters?.executionTimeout?.[0] ?? 3600);
  const timeout = setTimeout(() => {
    if (instance.lost) return;
    setStatus(command, "TimedOut", "ExecutionTimedOut");
    command.controller.abort();
  }, seconds * 1000);
  const script = (input.Parameters?.commands ?? []).join("\n");
  const result = await instance.runner.run(script, command.controller.signal);
  clearTimeout(timeout);
  if (instance.lost) return;
  if (command.status === "Cancelling") setStatus(command, "Cancelled");
  if (command.status !== "InProgress") return;
  const { commandId, instanceId, outputBucket, outputPrefix } = command;
  const streams = { stdout: result.stdout, stderr: result.stderr };
  for (const [name, text] of Object.entries(streams)) {
    if (text === "" || outputBucket === undefined) continue;
    const step = "awsrunShellScript/0.awsrunShellScript";
    await storeOutput?.(
      outputBucket,
      [outputPrefix, commandId, instanceId, step, name].filter(Boolean).join("/"),
      text,
    );
  }
  Object.assign(command, streams, { responseCode: result.exitCode ?? -1 });
  setStatus(command, result.exitCode === 0 ? "Success" : "Failed");
}

function setStatus(command: KeptCommand, status: string, details = status): void {
  command.status = status;
  command.statusDetails = details;
}

function find(history: readonly KeptCommand[], id: string | undefined): KeptCommand | undefined {
  return history.find(({ commandId }) => commandId === id);
}

function getInvocation(
  history: readonly KeptCommand[],
  { unknownMilliseconds = 0 }: SsmStandInOptions,
  input: Input,
): unknown {
  const command = find(history, input.CommandId);
  if (command === undefined || command.instanceId !== input.InstanceId) {
    throw new SsmError("InvocationDoesNotExist");
  }
  if (Date.now() - command.sentAt < unknownMilliseconds) {
    throw new SsmError("InvocationDoesNotExist");
  }
  return {
    CommandId: command.commandId,
    InstanceId: command.instanceId,
    Status: command.status,
    StatusDetails: command.statusDetails,
    ResponseCode: command.responseCode,
    StandardOutputContent: command.stdout.slice(0, cutAtCharacters),
    StandardErrorContent: command.stderr.slice(0, cutAtCharacters),
  };
}

function cancel(history: readonly KeptCommand[], input: Input): unknown {
  const command = find(history, input.CommandId);
  if (command === undefined) throw new SsmError("InvalidCommandId");
  if (command.status === "Pending") setStatus(command, "Cancelled");
  if (command.status === "InProgress") {
    setStatus(command, "Cancelling");
    // The agent hears of it a moment later.
    void sleep(50).then(() => command.controller.abort());
  }
  return {};
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
