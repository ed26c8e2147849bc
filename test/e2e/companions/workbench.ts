import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { StackOutputs } from "@cleanauth/scripts/aws/stack-outputs.ts";
import { type Emulator, startEmulator } from "../aws/emulator.ts";
import { requirePrograms } from "../aws/requirements.ts";
import { createOperator, type Operator } from "../host/operator.ts";

/** An operator with a stack in an emulator of AWS: what the companions of bootstrap work on. */
export interface Workbench {
  readonly emulator: Emulator;
  readonly operator: Operator;
  readonly outputs: StackOutputs;
  readonly client: ReturnType<typeof clientOf>;
  /** Changes what the outputs say. */
  writeOutputs(over?: Partial<StackOutputs>): void;
  remove(): Promise<void>;
}

const region = "us-east-1";
export const publicDns = "ec2-203-0-113-10.compute-1.amazonaws.com";

/** @param name of the file with the results */
export async function startWorkbench(
  name: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Workbench> {
  requirePrograms("moto_server");
  const emulator = await startEmulator();
  const client = clientOf(emulator);
  const outputs = await makeStack(client);
  const operator = createOperator(name, { ...emulator.environment, ...environment });
  mkdirSync(join(operator.directory, ".cleanauth"));
  const writeOutputs: Workbench["writeOutputs"] = (over = {}) =>
    writeFileSync(
      join(operator.directory, ".cleanauth/outputs.json"),
      JSON.stringify({ ...outputs, ...over }),
    );
  writeOutputs();
  return {
    emulator,
    operator,
    outputs,
    client,
    writeOutputs,
    async remove() {
      operator.remove();
      await emulator.stop();
    },
  };
}

function clientOf(emulator: Emulator) {
  return {
    region,
    endpoint: emulator.url,
    credentials: { accessKeyId: "AKIAEMULATOR00000000", secretAccessKey: "emulator" },
  };
}

async function makeStack(client: ReturnType<typeof clientOf>): Promise<StackOutputs> {
  const ec2 = new EC2Client(client);
  const { Images: [image] = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ["amazon"] }),
  );
  const { GroupId: groupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: "mcp-auth", Description: "The host" }),
  );
  const { Instances: [instance] = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: image?.ImageId,
      InstanceType: "t3.small",
      MinCount: 1,
      MaxCount: 1,
      SecurityGroupIds: [groupId],
      TagSpecifications: [
        { ResourceType: "instance", Tags: [{ Key: "Project", Value: "MCP-Auth" }] },
      ],
    }),
  );
  const bucket = "mcp-auth-artifacts-companions";
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const { poolId, clientId } = await makePool(client);
  return {
    InstancePublicDNS: publicDns,
    InstancePublicIP: "203.0.113.10",
    InstanceId: instance?.InstanceId ?? "",
    SSMConnectCommand: "",
    ClientConnectionCommand: `npm run -s chat -- http://${publicDns}:8080/mcp`,
    SecurityGroupUpdateCommand: "",
    SecurityGroupUpdateCommand2: "",
    SecurityGroupId: groupId,
    ArtifactBucket: bucket,
    CognitoUserPoolId: poolId,
    CognitoClientId: clientId,
    CognitoPublicClientId: "",
    CognitoDomain: "",
    CognitoRegion: region,
    ClientSecretParameter: "",
    Region: region,
    AccountId: "123456789012",
  };
}

async function makePool(client: ReturnType<typeof clientOf>) {
  const cognito = new CognitoIdentityProviderClient(client);
  const { UserPool: pool } = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: "mcp-auth",
      Policies: {
        PasswordPolicy: {
          MinimumLength: 12,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
        },
      },
    }),
  );
  const poolId = pool?.Id ?? "";
  for (const GroupName of ["admin", "user"]) {
    await cognito.send(new CreateGroupCommand({ UserPoolId: poolId, GroupName }));
  }
  const { UserPoolClient: made } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: "terminal",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
    }),
  );
  return { poolId, clientId: made?.ClientId ?? "" };
}

/** A small server on loopback. */
export async function serve(
  answer: RequestListener,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
