import {
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Cognito } from "@cleanauth/local/cognito/start-cognito.ts";
import type { StackOutputs } from "@cleanauth/scripts/aws/stack-outputs.ts";
import type { Emulator } from "../aws/emulator.ts";

export type HostOutputs = StackOutputs;

const region = "us-east-1";
export const secretParameter = "/cleanauth/dev/client-secret";

/**
 * Makes in the emulator what a host is told of by the stack: an instance with the project's tag, a
 * bucket, and the parameter with the client's secret. The pool is the Cognito stand-in's: the
 * emulator's signs nobody in.
 */
export async function furnishHost(emulator: Emulator, cognito: Cognito): Promise<HostOutputs> {
  const client = {
    region,
    endpoint: emulator.url,
    credentials: { accessKeyId: "AKIAEMULATOR00000000", secretAccessKey: "emulator" },
  };
  const ec2 = new EC2Client(client);
  const { Images: [image] = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ["amazon"] }),
  );
  const { GroupId: groupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: "cleanauth",
      Description: "The MCP server's host",
    }),
  );
  const { Instances: [instance] = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: image?.ImageId,
      InstanceType: "t3.small",
      MinCount: 1,
      MaxCount: 1,
      SecurityGroupIds: [groupId],
      TagSpecifications: [
        {
          ResourceType: "instance",
          Tags: [
            { Key: "Project", Value: "MCP-Auth" },
            { Key: "Name", Value: "MCP-Auth-Instance" },
          ],
        },
      ],
    }),
  );
  const bucket = "cleanauth-dev-artifacts-e2e";
  await new S3Client({ ...client, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: bucket }),
  );
  await new SSMClient(client).send(
    new PutParameterCommand({
      Name: secretParameter,
      Type: "SecureString",
      Value: cognito.clientSecret,
    }),
  );
  const address = "203.0.113.10";
  const name = "ec2-203-0-113-10.compute-1.amazonaws.com";
  return {
    InstancePublicDNS: name,
    InstancePublicIP: address,
    InstanceId: instance?.InstanceId ?? "",
    SSMConnectCommand: "",
    ClientConnectionCommand: `npm run -s chat -- http://${name}:8080/mcp`,
    SecurityGroupUpdateCommand: "",
    SecurityGroupUpdateCommand2: "",
    SecurityGroupId: groupId,
    ArtifactBucket: bucket,
    CognitoUserPoolId: cognito.poolId,
    CognitoClientId: cognito.clientId,
    CognitoPublicClientId: cognito.publicClientId,
    CognitoDomain: "",
    CognitoRegion: region,
    ClientSecretParameter: secretParameter,
    Region: region,
    AccountId: "123456789012",
  };
}
