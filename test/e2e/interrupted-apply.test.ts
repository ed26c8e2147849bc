import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { parseStackOutputs } from "@cleanauth/scripts/aws/stack-outputs.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { furnishAccount } from "./aws/account.ts";
import { type Clients, createClients } from "./aws/clients.ts";
import { type Emulator, startEmulator } from "./aws/emulator.ts";
import { requirePrograms } from "./aws/requirements.ts";
import { createWorkplace, type ProcessGroup, type Workplace } from "./workplace.ts";

const bucket = "states-of-this-test";
const stateFile = "mcp-auth-stop.tfstate";
let emulator: Emulator;
let clients: Clients;
let workplace: Workplace;

beforeAll(async () => {
  requirePrograms("terraform", "moto_server");
  emulator = await startEmulator();
  clients = createClients(emulator);
  await furnishAccount(clients.ec2);
  workplace = createWorkplace("interrupted-apply", {
    ...emulator.environment,
    ENVIRONMENT_NAME: "stop",
    STATE_BUCKET: bucket,
  });
});

afterAll(async () => {
  await emulator?.stop();
  workplace?.remove();
});

async function stateObjects(): Promise<string[]> {
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = "" }) => Key);
}

test("make state-bucket makes a versioned bucket, and a second time leaves it as it is", async () => {
  const made = await workplace.run("state-bucket");
  expect(made.stdout).toContain(`Made s3://${bucket}.`);
  const again = await workplace.run("state-bucket");
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toContain("is there, and as it should be");
  const { Status } = await clients.s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
  expect(Status).toBe("Enabled");
});

test("Ctrl-C in the middle of an apply, even twice, ends it with its state written and unlocked", async () => {
  // To the whole group, as a terminal does; again as soon as the first was noticed.
  const pressCtrlC = (text: string, group: ProcessGroup) => {
    const isMoment =
      text.includes("created  aws_s3_bucket.artifacts_bucket") || text.includes("Interrupted: ");
    if (isMoment) group.signal("SIGINT");
  };
  const { exitCode, stderr } = await workplace.run("deploy", { onOutput: pressCtrlC });
  expect(stderr).toContain("Interrupted: Terraform finishes what is under way");
  expect(stderr).toContain("Still ending");
  expect(stderr.trim().split("\n").at(-1)).toMatch(
    /^Interrupted after \d+ resources; the state is written and unlocked\. Run the same command again/,
  );
  expect(exitCode).toBe(130);
  expect(await stateObjects()).toEqual([stateFile]);
});

test("the next run goes on from there to the end", async () => {
  const { exitCode, stdout, stderr } = await workplace.run("deploy", { args: ["--json"] });
  expect(exitCode).toBe(0);
  expect(stderr).not.toContain("+ create   aws_s3_bucket.artifacts_bucket\n");
  expect(stderr).toMatch(/created {2}aws_instance\.host_instance/);
  expect(parseStackOutputs(JSON.parse(stdout)).AccountId).toBe("123456789012");
  expect(await stateObjects()).toEqual([stateFile]);
  expect(existsSync(join(workplace.directory, "terraform.mcp-auth-stop.tfstate"))).toBe(false);
});

test("a state that somebody else has locked is left alone, and it is said who holds it", async () => {
  const lock = { Bucket: bucket, Key: `${stateFile}.tflock` };
  const Body = JSON.stringify({
    ID: "0b3a1c6e-1111-2222-3333-444455556666",
    Operation: "OperationTypeApply",
    Who: "kim@laptop",
    Version: "1.11.4",
    Created: "2026-11-23T13:00:00.5Z",
    Path: `${bucket}/${stateFile}`,
  });
  await clients.s3.send(new PutObjectCommand({ ...lock, Body }));
  const { exitCode, stderr } = await workplace.run("deploy");
  expect(stderr).toMatch(/The state is locked by kim@laptop since 2026-11-23 13:00:00/);
  expect(stderr).toContain("force-unlock 0b3a1c6e-1111-2222-3333-444455556666");
  expect(exitCode).toBe(1);
  await clients.s3.send(new DeleteObjectCommand(lock));
});

test("make destroy takes it away from the state in the bucket as well", async () => {
  const { exitCode, stdout } = await workplace.run("destroy", {
    environment: { CONFIRM: "mcp-auth-stop" },
  });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("Nothing with its tags is left.");
});

test("a local state is not forgotten for an empty bucket", async () => {
  const resources = [{ mode: "managed", type: "aws_instance", name: "host" }];
  writeFileSync(
    join(workplace.directory, "terraform.mcp-auth-stop.tfstate"),
    JSON.stringify({ version: 4, resources }),
  );
  const { exitCode, stderr } = await workplace.run("deploy");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("terraform.mcp-auth-stop.tfstate holds a deployed mcp-auth-stop");
  expect(stderr).toContain("state push");
});
