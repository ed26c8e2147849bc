import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Emulator } from "./emulator.ts";

/** How the SDK's clients reach an emulator. */
export function clientOptions({ url, environment }: Emulator) {
  return {
    endpoint: url,
    region: environment.AWS_REGION ?? "",
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
    },
  };
}

/** The SDK's clients, pointed at an emulator. */
export function createClients(emulator: Emulator) {
  const options = clientOptions(emulator);
  return {
    ec2: new EC2Client(options),
    s3: new S3Client(options),
    ssm: new SSMClient(options),
    cognito: new CognitoIdentityProviderClient(options),
    tagging: new ResourceGroupsTaggingAPIClient(options),
  };
}

export type Clients = ReturnType<typeof createClients>;
