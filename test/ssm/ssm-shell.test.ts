import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { createSsmShell, type SsmShellOptions } from "@cleanauth/scripts/aws/ssm-shell.ts";
import { sh } from "@cleanauth/scripts/engine/shell-script.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHostRunner } from "../e2e/host/host-runner.ts";
import {
  type SsmStandIn,
  type SsmStandInOptions,
  startSsmStandIn,
} from "../e2e/host/ssm-stand-in.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const instanceId = "i-0123456789abcdef0";
const objects = new Map<string, string>();
let bucket: Server;
let standIn: SsmStandIn;

beforeEach(async () => {
  objects.clear();
  bucket = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://s3");
    const prefix = url.searchParams.get("prefix");
    if (prefix !== null) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      const contents = keys.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
      response.end(`<ListBucketResult>${contents}</ListBucketResult>`);
      return;
    }
    const text = objects.get(decodeURIComponent(url.pathname).replace("/the-bucket/", ""));
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => bucket.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  await standIn.close();
  bucket.closeAllConnections();
  await new Promise((resolve) => bucket.close(resolve));
});

async function start(options: SsmStandInOptions = {}) {
  standIn = await startSsmStandIn({
    storeOutput: async (_, key, text) => void objects.set(key, text),
    ...options,
  });
  standIn.instances.set(instanceId, { runner: createHostRunner(), onlineAt: 0, lost: false });
}

function shellOf(options: Partial<SsmShellOptions> = {}) {
  return createSsmShell({
    ssm: new SSMClient({ region: "us-east-1", endpoint: standIn.url, credentials, maxAttempts: 6 }),
    s3: async () =>
      new S3Client({
        region: "us-east-1",
        endpoint: `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`,
        forcePathStyle: true,
        credentials,
      }),
    instanceId,
    outputBucket: "the-bucket",
    pace: 0.05,
    ...options,
  });
}

const quick = { timeoutSeconds: 20 };

describe("a command over SSM", () => {
  it("returns exit code and both outputs", async () => {
    await start();
    const result = await shellOf().run(sh`echo ${"it's 한글"}; echo err >&2; exit 7`, quick);
    expect(result).toEqual({ exitCode: 7, stdout: "it's 한글\n", stderr: "err\n" });
  });

  it("waits for an agent that comes online late", async () => {
    await start();
    const instance = standIn.instances.get(instanceId);
    if (instance !== undefined) instance.onlineAt = Date.now() + 300;
    const waited: (string | null)[] = [];
    const shell = shellOf({ onWaiting: (status) => waited.push(status) });
    expect(await shell.run(sh`echo up`, quick)).toMatchObject({ stdout: "up\n" });
    expect(waited).toEqual([null]);
  });

  it("asks once, not before every command, whether the agent is online", async () => {
    await start();
    const shell = shellOf();
    await shell.run(sh`true`, quick);
    await shell.run(sh`true`, quick);
    expect(standIn.calls.filter((call) => call === "DescribeInstanceInformation")).toHaveLength(1);
  });

  it("waits while SSM does not know the invocation yet", async () => {
    await start({ unknownMilliseconds: 200 });
    expect(await shellOf().run(sh`echo known`, quick)).toMatchObject({ stdout: "known\n" });
  });

  it("fetches the whole output from S3 when SSM cut it", async () => {
    await start();
    const { stdout } = await shellOf().run(
      sh`head -c 100000 /dev/zero | tr '\0' x; echo end`,
      quick,
    );
    expect(stdout).toHaveLength(100_004);
    expect(stdout.endsWith("xend\n")).toBe(true);
  });

  it("says so when the output was cut and is not in S3", async () => {
    await start({ storeOutput: async () => {} });
    const running = shellOf({ pace: 0.005 }).run(sh`head -c 30000 /dev/zero | tr '\0' x`, quick);
    await expect(running).rejects.toMatchObject({ code: "host_output_lost" });
  });

  it("gets through throttling", async () => {
    await start({ throttleEvery: 2 });
    expect(await shellOf().run(sh`echo through`, quick)).toMatchObject({ stdout: "through\n" });
  });

  it("is ended on the host after its time, and the failure says so", async () => {
    await start();
    const running = shellOf().run(sh`echo started; sleep 60`, { timeoutSeconds: 1 });
    await expect(running).rejects.toMatchObject({ code: "command_timed_out" });
    expect(standIn.history[0]).toMatchObject({ statusDetails: "ExecutionTimedOut" });
  });

  it("is cancelled on the host when its signal aborts", async () => {
    await start();
    const running = shellOf().run(sh`sleep 60`, { ...quick, signal: AbortSignal.timeout(400) });
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
    expect(standIn.history[0]).toMatchObject({ status: "Cancelled" });
  });

  it("that somebody else cancels is a failure of its own", async () => {
    await start();
    const running = shellOf().run(sh`sleep 60`, quick);
    setTimeout(() => {
      const command = standIn.history[0];
      if (command !== undefined) {
        command.status = "Cancelling";
        command.controller.abort();
      }
    }, 300);
    await expect(running).rejects.toMatchObject({ code: "command_cancelled" });
  });

  it("leaves double braces to the host, where SSM would replace them", async () => {
    await start();
    expect(await shellOf().run(sh`printf %s ${"{{ssm:name}}"}`, quick)).toMatchObject({
      stdout: "{{ssm:name}}",
    });
    expect(standIn.history[0]?.request).not.toContain("{{");
  });

  it("too long for SSM is refused before it is sent", async () => {
    await start();
    const running = shellOf().run(sh`: ${"x".repeat(70_000)}`, quick);
    await expect(running).rejects.toMatchObject({ code: "host_command_too_long" });
    expect(standIn.history).toHaveLength(0);
  });

  it("carries what it is for, in the letters that SSM takes", async () => {
    await start();
    await shellOf().run(sh`true`, { ...quick, comment: `settings : ${"한".repeat(200)}` });
    expect(JSON.parse(standIn.history[0]?.request ?? "{}")).toMatchObject({
      Comment: expect.stringMatching(/^settings : \?+$/),
    });
  });
});

describe("a host that cannot be reached", () => {
  it("because SSM has never seen it is given up after a while", async () => {
    await start();
    standIn.instances.clear();
    const running = shellOf({ onlineSeconds: 0.3 }).run(sh`true`, quick);
    await expect(running).rejects.toMatchObject({
      code: "host_unreachable_offline",
      message: expect.stringContaining("never seen"),
    });
  });

  it("because it went away at work is told from one that is slow", async () => {
    await start();
    const running = shellOf({ pace: 0.01 }).run(sh`sleep 30`, { timeoutSeconds: 1 });
    setTimeout(() => {
      const instance = standIn.instances.get(instanceId);
      if (instance !== undefined) instance.lost = true;
      const command = standIn.history[0];
      if (command !== undefined) command.status = "InProgress";
    }, 300);
    await expect(running).rejects.toMatchObject({ code: "host_unreachable_gone" });
  });

  it.each([
    ["SendCommand", "AccessDeniedException", "aws_access_denied", "ssm:SendCommand"],
    ["SendCommand", "InvalidInstanceId", "host_unreachable_not_managed", "SSM cannot reach"],
    [
      "DescribeInstanceInformation",
      "ExpiredTokenException",
      "configuration_credentials",
      "expired",
    ],
    ["GetCommandInvocation", "UnrecognizedClientException", "configuration_credentials", "valid"],
  ])("because %s answers %s is told as %s", async (action, name, code, message) => {
    await start();
    standIn.failNext(action, name, name, name, name, name, name);
    await expect(shellOf().run(sh`true`, quick)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it("because nothing listens where AWS should be is told as that", async () => {
    await start();
    const shell = shellOf({
      ssm: new SSMClient({
        region: "us-east-1",
        endpoint: "http://127.0.0.1:1",
        credentials,
        maxAttempts: 1,
      }),
    });
    await expect(shell.run(sh`true`, quick)).rejects.toMatchObject({ code: "aws_unreachable" });
  });
});
