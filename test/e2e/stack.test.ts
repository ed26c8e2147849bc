import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  DescribeManagedLoginBrandingByClientCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { parseStackOutputs, type StackOutputs } from "@cleanauth/scripts/aws/stack-outputs.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { furnishAccount } from "./aws/account.ts";
import { type Clients, createClients } from "./aws/clients.ts";
import { type Emulator, startEmulator } from "./aws/emulator.ts";
import { requirePrograms } from "./aws/requirements.ts";
import { createWorkplace, type Workplace } from "./workplace.ts";

const owner = "김민수 / 플랫폼팀";
let emulator: Emulator;
let clients: Clients;
let workplace: Workplace;
let outputs: StackOutputs;

beforeAll(async () => {
  requirePrograms("terraform", "moto_server");
  emulator = await startEmulator();
  clients = createClients(emulator);
  await furnishAccount(clients.ec2);
  workplace = createWorkplace("stack", { ...emulator.environment, OWNER: owner });
});

afterAll(async () => {
  await emulator?.stop();
  workplace?.remove();
});

async function describeHost() {
  const { Reservations = [] } = await clients.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [outputs.InstanceId] }),
  );
  return Reservations[0]?.Instances?.[0];
}

function fileMode(path: string): number {
  return statSync(join(workplace.directory, path)).mode & 0o777;
}

const nothingToChange = "Nothing to change: the stack is as it is declared.";

describe("make plan", () => {
  test("says what would be made, and makes nothing", async () => {
    const { exitCode, stdout } = await workplace.run("plan");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("+ create   aws_instance.host_instance");
    expect(stdout).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy\.\n$/);
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({}));
    expect(Reservations).toEqual([]);
  });
});

describe("make deploy", () => {
  test("makes the stack, shows each resource with its time, and prints complete outputs", async () => {
    const { exitCode, stdout, stderr } = await workplace.run("deploy", { args: ["--json"] });
    const [, total = ""] = /Plan: (\d+) to add/.exec(stderr) ?? [];
    expect(Number(total)).toBeGreaterThan(20);
    expect(stderr).toMatch(/\[ *1\/\d+\] created {2}\S+ {2}\d+ s/);
    expect(stderr).toContain(`[${total}/${total}] created`);
    expect(exitCode).toBe(0);
    outputs = parseStackOutputs(JSON.parse(stdout));
    for (const [name, value] of Object.entries(outputs)) expect(value, name).not.toBe("");
  });

  test("leaves outputs and state for this user alone, and no plan", () => {
    expect(fileMode(".cleanauth/outputs.json")).toBe(0o600);
    expect(fileMode("terraform.mcp-auth-dev.tfstate")).toBe(0o600);
    expect(
      existsSync(join(workplace.directory, "cdktf.out/stacks/mcp-auth-dev/stack.tfplan")),
    ).toBe(false);
  });

  test("makes a host as declared, with the owner's Korean name in its tags", async () => {
    const host = await describeHost();
    expect(host?.MetadataOptions).toMatchObject({ HttpTokens: "required" });
    expect(host?.PublicIpAddress).toBe(outputs.InstancePublicIP);
    expect(Object.fromEntries((host?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual({
      Name: "MCP-Auth-Instance",
      Project: "MCP-Auth",
      Owner: owner,
      Environment: "dev",
    });
    const volumeId = host?.BlockDeviceMappings?.[0]?.Ebs?.VolumeId ?? "";
    const { Volumes: [volume] = [] } = await clients.ec2.send(
      new DescribeVolumesCommand({ VolumeIds: [volumeId] }),
    );
    expect(volume).toMatchObject({ Encrypted: true, VolumeType: "gp3", Size: 30 });
  });

  test("makes a pool with Cognito's own login style for browsers", async () => {
    const { UserPool: pool } = await clients.cognito.send(
      new DescribeUserPoolCommand({ UserPoolId: outputs.CognitoUserPoolId }),
    );
    expect(pool?.UserPoolTier).toBe("ESSENTIALS");
    const { ManagedLoginBranding: style } = await clients.cognito.send(
      new DescribeManagedLoginBrandingByClientCommand({
        UserPoolId: outputs.CognitoUserPoolId,
        ClientId: outputs.CognitoPublicClientId,
      }),
    );
    expect(style?.UseCognitoProvidedValues).toBe(true);
  });

  test("keeps the client's secret in the parameter, and in nothing that is printed or logged", async () => {
    const { UserPoolClient: client } = await clients.cognito.send(
      new DescribeUserPoolClientCommand({
        UserPoolId: outputs.CognitoUserPoolId,
        ClientId: outputs.CognitoClientId,
      }),
    );
    const secret = client?.ClientSecret ?? "";
    const { Parameter: parameter } = await clients.ssm.send(
      new GetParameterCommand({ Name: outputs.ClientSecretParameter, WithDecryption: true }),
    );
    expect(secret.length).toBeGreaterThan(20);
    expect(parameter).toMatchObject({ Type: "SecureString", Value: secret });
    expect(JSON.stringify(outputs)).not.toContain(secret);
    for (const file of [
      ".cleanauth/terraform.log",
      ".cleanauth/outputs.json",
      "cdktf.out/stacks/mcp-auth-dev/cdk.tf.json",
    ]) {
      expect(readFileSync(join(workplace.directory, file), "utf8"), file).not.toContain(secret);
    }
    const results = join(import.meta.dirname, "results/stack.txt");
    expect(readFileSync(results, "utf8")).not.toContain(secret);
  });

  test("a second time changes nothing", async () => {
    const { exitCode, stdout, stderr } = await workplace.run("deploy");
    expect(exitCode).toBe(0);
    expect(stderr).toContain(nothingToChange);
    expect(stdout).toContain(outputs.SSMConnectCommand);
  });

  test("keeps its own pool when .env names it for the client", async () => {
    const { exitCode, stderr } = await workplace.run("deploy", {
      environment: {
        COGNITO_POOL_ID: outputs.CognitoUserPoolId,
        COGNITO_CLIENT_ID: outputs.CognitoClientId,
        COGNITO_PUBLIC_CLIENT_ID: outputs.CognitoPublicClientId,
        COGNITO_DOMAIN: outputs.CognitoDomain,
      },
    });
    expect(exitCode).toBe(0);
    expect(stderr).toContain("COGNITO_POOL_ID names this stack's own pool");
    expect(stderr).toContain(nothingToChange);
  });
});

describe("drift", () => {
  test("a rule added from outside survives, a changed tag is put back, a new image changes nothing", async () => {
    const { SecurityGroupRules: [added] = [] } = await clients.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: outputs.SecurityGroupId,
        IpPermissions: [
          {
            IpProtocol: "tcp",
            FromPort: 8080,
            ToPort: 8080,
            IpRanges: [{ CidrIp: "203.0.113.7/32", Description: "from outside" }],
          },
        ],
      }),
    );
    await clients.ec2.send(
      new CreateTagsCommand({
        Resources: [outputs.InstanceId],
        Tags: [{ Key: "Owner", Value: "somebody else" }],
      }),
    );
    emulator.publishImage("ami-0newer0newer0new0");

    const { exitCode, stderr } = await workplace.run("deploy");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/~ change {3}aws_instance\.host_instance {2}\(tags/);
    expect(stderr).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");

    const { SecurityGroupRules: rules = [] } = await clients.ec2.send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: "group-id", Values: [outputs.SecurityGroupId] }],
      }),
    );
    expect(rules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId)).toContain(
      added?.SecurityGroupRuleId,
    );
    expect((await describeHost())?.Tags).toContainEqual({ Key: "Owner", Value: owner });
  });

  test("a host that would be replaced is kept until the stack's name confirms it", async () => {
    // Another architecture needs another image, and so another host.
    const { exitCode, stderr } = await workplace.run("deploy", {
      environment: { INSTANCE_TYPE: "t4g.small" },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /This plan would replace aws_instance\.host_instance \(because of .*ami\)/,
    );
    expect((await describeHost())?.InstanceType).toBe("t3.small");
  });
});

describe("another region", () => {
  test("is not taken for this stack's own, of which nothing is there", async () => {
    const { exitCode, stderr } = await workplace.run("deploy", {
      environment: { AWS_REGION: "us-west-2" },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("mcp-auth-dev is deployed in account 123456789012, us-east-1");
  });
});

describe("make outputs", () => {
  test("prints what the state tells, without cdktf.out and outputs of an earlier run", async () => {
    for (const made of ["cdktf.out", ".cleanauth"]) {
      rmSync(join(workplace.directory, made), { recursive: true });
    }
    const { exitCode, stdout } = await workplace.run("outputs", { args: ["--json"] });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(outputs);
    expect(existsSync(join(workplace.directory, ".cleanauth/outputs.json"))).toBe(true);
  });
});

describe("make hcl", () => {
  test("writes HCL that Terraform validates, and that describes the very stack that is deployed", async () => {
    const { exitCode, stdout } = await workplace.run("hcl");
    expect(exitCode).toBe(0);
    expect(stdout.trim()).toBe("hcl/stacks/mcp-auth-dev/cdk.tf");
    const directory = join(workplace.directory, "hcl/stacks/mcp-auth-dev");
    const mirror = process.env.TF_PLUGIN_MIRROR;
    const terraform = async (...args: string[]) => {
      const { PATH } = process.env;
      const env = { PATH, CHECKPOINT_DISABLE: "1", ...emulator.environment };
      return (await promisify(execFile)("terraform", args, { cwd: directory, env })).stdout;
    };
    const plugins = mirror === undefined ? [] : [`-plugin-dir=${mirror}`];
    await terraform("init", "-input=false", ...plugins);
    expect(await terraform("validate", "-no-color")).toContain("The configuration is valid.");
    const plan = await terraform("plan", "-no-color", "-input=false");
    expect(plan).toContain("No changes.");
  });
});

describe("make destroy", () => {
  test("without confirmation destroys nothing", async () => {
    const unasked = await workplace.run("destroy");
    expect(unasked.exitCode).toBe(2);
    expect(unasked.stderr).toContain("Nothing was done: mcp-auth-dev was not confirmed.");
    const misspelt = await workplace.run("destroy", { environment: { CONFIRM: "mcp-auth" } });
    expect(misspelt.exitCode).toBe(2);
    expect((await describeHost())?.State?.Name).toBe("running");
  });

  test("refuses a protected pool before anything is gone", async () => {
    const protect = await workplace.run("deploy", { environment: { DELETION_PROTECTION: "1" } });
    expect(protect.exitCode).toBe(0);
    const { exitCode, stderr } = await workplace.run("destroy", {
      environment: { CONFIRM: "mcp-auth-dev" },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `User pool ${outputs.CognitoUserPoolId} is protected against deletion`,
    );
    expect((await describeHost())?.State?.Name).toBe("running");
    const release = await workplace.run("deploy", { environment: { DELETION_PROTECTION: "0" } });
    expect(release.exitCode).toBe(0);
  });

  test("empties the artifact bucket, takes everything away, and finds nothing left", async () => {
    for (const Key of ["artifacts/one", "artifacts/one", "command-output/i-1/stdout"]) {
      await clients.s3.send(
        new PutObjectCommand({ Bucket: outputs.ArtifactBucket, Key, Body: "x" }),
      );
    }
    await clients.s3.send(
      new DeleteObjectCommand({ Bucket: outputs.ArtifactBucket, Key: "artifacts/one" }),
    );

    const { exitCode, stdout, stderr } = await workplace.run("destroy", {
      environment: { CONFIRM: "mcp-auth-dev" },
    });
    expect(stderr).toContain("4 objects and versions deleted");
    expect(stderr).toMatch(/destroyed {2}aws_instance\.host_instance/);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("mcp-auth-dev is destroyed.\nNothing with its tags is left.\n");
    expect(existsSync(join(workplace.directory, ".cleanauth/outputs.json"))).toBe(false);
    const { Reservations = [] } = await clients.ec2.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: "instance-state-name", Values: ["running", "pending", "stopped"] }],
      }),
    );
    expect(Reservations).toEqual([]);
  });

  test("a second time has nothing to do", async () => {
    const { exitCode, stdout } = await workplace.run("destroy");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("mcp-auth-dev is not deployed: nothing to destroy.");
  });

  test("names what somebody else left with the project's tags", async () => {
    const { VolumeId: volumeId = "" } = await clients.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: "us-east-1a",
        Size: 1,
        TagSpecifications: [
          {
            ResourceType: "volume",
            Tags: [
              { Key: "Project", Value: "MCP-Auth" },
              { Key: "Environment", Value: "dev" },
            ],
          },
        ],
      }),
    );
    const { exitCode, stderr } = await workplace.run("destroy");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`Still there with the tags of mcp-auth-dev: ${volumeId}.`);
  });
});
