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
import { clientOptions } from "./clients.ts";
import type { Emulator } from "./emulator.ts";

export const publicDns = "ec2-203-0-113-10.compute-1.amazonaws.com";

/** Makes what the companions of bootstrap work on, without Terraform: that is the stack's own test. */
export async function sketchStack(emulator: Emulator): Promise<StackOutputs> {
  const client = clientOptions(emulator);
  const { region } = client;
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

async function makePool(client: ReturnType<typeof clientOptions>) {
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
