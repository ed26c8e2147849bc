import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHostRunner } from "../host/host-runner.ts";
import { type SsmStandIn, startSsmStandIn } from "../host/ssm-stand-in.ts";
import { type RunOptions, when } from "../workplace.ts";
import { startWorkbench, type Workbench } from "./workbench.ts";

// make logs through a stand-in for SSM. Its host is this machine's sh, which finds the logs of the
// scripts in a folder of the test.

let bench: Workbench;
let ssm: SsmStandIn;
let folder: string;
const log = (name: string) => join(folder, `${name}.log`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-e2e-logs-"));
  bench = await startWorkbench("logs");
  const s3 = new S3Client({ ...bench.client, forcePathStyle: true });
  ssm = await startSsmStandIn({
    forwardTo: bench.emulator.url,
    storeOutput: async (Bucket, Key, Body) => {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
  });
  ssm.instances.set(bench.outputs.InstanceId, {
    runner: createHostRunner(["sh", "-c", `sed 's#/var/log/cleanauth#${folder}#g' | sh -s`]),
    onlineAt: 0,
    lost: false,
  });
});
afterAll(async () => {
  await ssm?.close();
  await bench?.remove();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  writeFileSync(log("server"), record("listening"));
  writeFileSync(log("client"), record("a page was opened"));
});

function record(msg: string): string {
  return `${JSON.stringify({ level: "info", time: new Date().toISOString(), msg })}\n`;
}

function run(
  args: readonly string[],
  environment: Record<string, string> = {},
  onOutput?: RunOptions["onOutput"],
) {
  return bench.operator.run("logs", {
    args,
    environment: { AWS_ENDPOINT_URL: ssm.url, ...environment },
    ...(onOutput !== undefined && { onOutput }),
  });
}

describe("make logs", () => {
  it("shows the ends of both logs, each line with the name of its log", async () => {
    const { exitCode, stdout } = await run(["--no-follow"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^server \| \S+Z INFO {2}listening$/m);
    expect(stdout).toMatch(/^client \| \S+Z INFO {2}a page was opened$/m);
  });

  it("follows through a rotation until Ctrl-C, which is no failure and leaves no command behind", async () => {
    const rotate = when(/listening/, () => {
      appendFileSync(log("server"), record("before the rotation"));
      renameSync(log("server"), `${log("server")}.1`);
      writeFileSync(log("server"), record("after the rotation"));
    });
    const pressCtrlC = when(/after the rotation/, async (group) => {
      await expect.poll(() => ssm.history.at(-1)?.status, { timeout: 60_000 }).toBe("InProgress");
      group.signal("SIGINT");
    });
    const { exitCode, stdout } = await run([], {}, (text, group) => {
      rotate(text, group);
      pressCtrlC(text, group);
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/before the rotation[\s\S]*after the rotation/);
    expect(stdout.match(/after the rotation/g)).toHaveLength(1);
    expect(ssm.history.at(-1)?.status).toBe("Cancelled");
  });

  it("brings more than SSM returns, from the bucket", async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => record(`line ${index}`));
    appendFileSync(log("server"), many.join(""));
    const { stdout } = await run(["--no-follow", "--since", "1h", "--grep", "line \\d*99\\b"]);
    expect(stdout.match(/line \d+/g)).toHaveLength(30);
    expect(stdout).toContain("line 2999");
  });

  it("lets no line steer the terminal", async () => {
    appendFileSync(log("client"), '\x1b[2J\x1b]0;owned\x07{"forged":"\\u001b[31m"}\n');
    const { stdout } = await run(["--no-follow"], { FILES: "client" });
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
    expect(stdout).not.toContain("listening");
  });

  it("hands no pattern to the host: quotes and commands stay here", async () => {
    const sent = ssm.history.length;
    await run(["--no-follow", "--grep", "'; touch /tmp/owned; #"]);
    const requests = ssm.history.slice(sent).map(({ request }) => request);
    expect(requests.join("")).not.toContain("owned");
  });

  it("says in one line that the host's agent is out of touch", async () => {
    const instance = ssm.instances.get(bench.outputs.InstanceId);
    if (instance === undefined) throw new Error("no instance");
    ssm.instances.delete(bench.outputs.InstanceId);
    const waits = `waiting for ${bench.outputs.InstanceId} to come online in SSM`;
    const comeBack = when(new RegExp(waits), () =>
      ssm.instances.set(bench.outputs.InstanceId, instance),
    );
    const { exitCode, stderr } = await run(["--no-follow"], {}, comeBack);
    expect(stderr).toContain(waits);
    expect(exitCode).toBe(0);
  });

  it.each([
    [["--since", "yesterday"], /--since "yesterday" is neither/],
    [["--grep", "("], /--grep: Invalid regular expression/],
  ])("refuses %j with its usage", async (args, said) => {
    const { exitCode, stderr } = await run(args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(said);
    expect(stderr).toContain("Usage: make logs");
  });
});
