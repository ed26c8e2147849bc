import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { DescribeInstancesCommand, DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, furnishAccount } from "./aws/account.ts";
import { type Clients, createClients } from "./aws/clients.ts";
import { type Emulator, startEmulator } from "./aws/emulator.ts";
import { expiredAccessKey } from "./aws/emulator-gaps.ts";
import { requirePrograms } from "./aws/requirements.ts";
import { createWorkplace, type RunOptions, type Workplace } from "./workplace.ts";

let emulator: Emulator;
let clients: Clients;
let account: Account;
let workplace: Workplace;

beforeAll(async () => {
  requirePrograms("terraform", "moto_server");
  emulator = await startEmulator();
  clients = createClients(emulator);
  account = await furnishAccount(clients.ec2);
  workplace = createWorkplace("refusals", emulator.environment);
});

afterAll(async () => {
  await emulator?.stop();
  workplace?.remove();
});

/** Runs a program that is to refuse: what it says beside its progress must be one line. */
async function refusal(program: string, environment: RunOptions["environment"] = {}) {
  const { exitCode, stdout, stderr } = await workplace.run(program, { environment });
  const lines = stderr.split("\n").filter((line) => line !== "" && !isProgress(line));
  expect(lines, stderr).toHaveLength(1);
  expect(stdout).toBe("");
  return { exitCode, line: lines[0] ?? "" };
}

function isProgress(line: string): boolean {
  return /^(Terraform \d|Stack |Planning: |Plan: | {2}[+~-] )/.test(line);
}

async function expectNothingMade(): Promise<void> {
  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({}));
  expect(Reservations).toEqual([]);
  expect(existsSync(join(workplace.directory, "terraform.mcp-auth-dev.tfstate"))).toBe(false);
}

describe("make deploy refuses, in one line, before anything is made", () => {
  const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

  test("without credentials", async () => {
    const { exitCode, line } = await refusal("deploy", noKeys);
    expect(exitCode).toBe(2);
    expect(line).toContain("no valid AWS credentials");
    expect(line).toContain("aws sso login");
  });

  test("with credentials that have expired", async () => {
    const { exitCode, line } = await refusal("deploy", { AWS_ACCESS_KEY_ID: expiredAccessKey });
    expect(exitCode).toBe(2);
    expect(line).toContain("the AWS credentials have expired. Sign in to AWS again");
  });

  test("without a region", async () => {
    const { exitCode, line } = await refusal("deploy", { AWS_REGION: undefined });
    expect(exitCode).toBe(2);
    expect(line).toBe(
      "No AWS region is set. Set AWS_REGION, for instance AWS_REGION=ap-northeast-2.",
    );
  });

  test("without Terraform", async () => {
    const programs = join(workplace.directory, "bin");
    mkdirSync(programs);
    for (const name of ["bash", "sh"]) symlinkSync(`/bin/${name}`, join(programs, name));
    const { exitCode, line } = await refusal("deploy", { PATH: programs });
    expect(exitCode).toBe(1);
    expect(line).toMatch(/^terraform or tofu is not installed\. Install Terraform/);
  });

  test("when AWS is out of reach", async () => {
    const { exitCode, line } = await refusal("deploy", {
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_MAX_ATTEMPTS: "1",
    });
    expect(exitCode).toBe(1);
    expect(line).toContain("AWS is out of reach (ECONNREFUSED)");
  });

  test("with wrong settings, all of them named", async () => {
    const { exitCode, line } = await refusal("deploy", {
      VPC_ID: "my-vpc",
      INSTANCE_TYPE: "small",
      OWNER: "<나>",
      COGNITO_POOL_ID: "us-east-1_AbCdEfGhI",
    });
    expect(exitCode).toBe(2);
    for (const name of ["VPC_ID", "INSTANCE_TYPE", "OWNER", "COGNITO_POOL_ID"]) {
      expect(line).toContain(name);
    }
  });

  test("with a switch that there is not", async () => {
    const { exitCode, stderr } = await workplace.run("deploy", { args: ["--force"] });
    expect(exitCode).toBe(2);
    expect(stderr).toBe("Unknown option '--force'. Usage: --json\n");
  });

  test.each([
    ["a VPC that does not exist", () => ({ VPC_ID: "vpc-0123456789abcdef0" }), "There is no VPC"],
    [
      "a subnet that does not exist",
      () => ({ PUBLIC_SUBNET_ID: "subnet-0123456789abcdef0" }),
      "There is no subnet",
    ],
    [
      "a subnet of another VPC",
      () => ({ PUBLIC_SUBNET_ID: account.isolatedSubnetId }),
      "Set VPC_ID=vpc-",
    ],
    [
      "a subnet in another zone",
      () => ({
        VPC_ID: account.otherVpcId,
        PUBLIC_SUBNET_ID: account.isolatedSubnetId,
        AVAILABILITY_ZONE: "us-east-1a",
      }),
      "is in us-east-1b, not in us-east-1a",
    ],
    [
      "a subnet without a route to the internet",
      () => ({ VPC_ID: account.otherVpcId, PUBLIC_SUBNET_ID: account.isolatedSubnetId }),
      "has no route to an internet gateway",
    ],
    [
      "a VPC without a public subnet",
      () => ({ VPC_ID: account.otherVpcId }),
      "has no subnet that gives out public addresses",
    ],
    [
      "an instance type that does not exist",
      () => ({ INSTANCE_TYPE: "z9.huge" }),
      "us-east-1 does not offer z9.huge",
    ],
    [
      "an instance type that the zone does not offer",
      () => ({ INSTANCE_TYPE: "t3.small", AVAILABILITY_ZONE: "us-east-1e" }),
      "t3.small is not offered in us-east-1e",
    ],
  ])("with %s", async (_, environment, expected) => {
    const { exitCode, line } = await refusal("deploy", environment());
    expect(line).toContain(expected);
    expect(exitCode).toBe(2);
  });

  test("with a given pool, client or secret that is wrong, and goes on with the right ones", async () => {
    const unknown = { COGNITO_POOL_ID: "us-east-1_AbCdEfGhI", COGNITO_CLIENT_ID: "1example" };
    expect(await refusal("deploy", unknown)).toEqual({
      exitCode: 2,
      line: expect.stringContaining("There is no user pool us-east-1_AbCdEfGhI"),
    });
    const { UserPool: pool } = await clients.cognito.send(
      new CreateUserPoolCommand({ PoolName: "given" }),
    );
    const { UserPoolClient: client } = await clients.cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId: pool?.Id,
        ClientName: "given",
        GenerateSecret: true,
      }),
    );
    const given = { COGNITO_POOL_ID: pool?.Id, COGNITO_CLIENT_ID: client?.ClientId };
    expect(await refusal("deploy", { ...given, COGNITO_CLIENT_ID: "1example" })).toEqual({
      exitCode: 2,
      line: expect.stringContaining(`User pool ${pool?.Id} has no app client 1example`),
    });
    expect(await refusal("deploy", given)).toEqual({
      exitCode: 2,
      line: expect.stringContaining("has a secret, and COGNITO_CLIENT_SECRET is not set"),
    });
    const wrong = await refusal("deploy", { ...given, COGNITO_CLIENT_SECRET: "guessed" });
    expect(wrong).toEqual({
      exitCode: 2,
      line: expect.stringContaining("is not the secret of app client"),
    });
    expect(wrong.line).not.toContain("guessed");

    const secret = client?.ClientSecret ?? "";
    const right = await workplace.run("plan", {
      environment: { ...given, COGNITO_CLIENT_SECRET: secret },
    });
    expect(right.exitCode).toBe(0);
    expect(right.stdout).toContain("+ create   aws_ssm_parameter.client_secret_parameter");
    expect(right.stdout).not.toContain("aws_cognito_user_pool");
    const log = readFileSync(join(workplace.directory, ".cleanauth/terraform.log"), "utf8");
    expect(right.stdout + right.stderr + log).not.toContain(secret);
  });

  test("with a name that is taken", async () => {
    await clients.ssm.send(
      new PutParameterCommand({
        Name: "/mcp-auth/dev/client-secret",
        Type: "SecureString",
        Value: "of another stack",
      }),
    );
    const { exitCode, line } = await refusal("deploy");
    expect(exitCode).toBe(1);
    expect(line).toContain("The parameter /mcp-auth/dev/client-secret exists already");
    expect(line).toContain("ENVIRONMENT_NAME");
  });

  test("with a state bucket that does not exist", async () => {
    const { exitCode, line } = await refusal("deploy", { STATE_BUCKET: "states-of-nobody" });
    expect(exitCode).toBe(2);
    expect(line).toContain("make state-bucket");
  });

  test("and after all of this there is nothing", async () => {
    await expectNothingMade();
    const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({}));
    expect(Subnets.length).toBeGreaterThan(1);
  });
});

describe("other programs refuse alike", () => {
  test("make outputs before the first deploy", async () => {
    const { exitCode, line } = await refusal("outputs");
    expect(exitCode).toBe(1);
    expect(line).toBe("mcp-auth-dev is not deployed. Run `make deploy`.");
  });

  test("make state-bucket without a name proposes one", async () => {
    const { exitCode, line } = await refusal("state-bucket");
    expect(exitCode).toBe(2);
    expect(line).toContain("make state-bucket STATE_BUCKET=mcp-auth-state-123456789012-us-east-1");
  });

  test("make plan with an .env that cannot be read", async () => {
    mkdirSync(join(workplace.directory, ".env"));
    const { exitCode, line } = await refusal("plan");
    expect(exitCode).toBe(2);
    expect(line).toContain("Cannot read .env: EISDIR");
  });
});
