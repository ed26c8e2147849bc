import type { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Host } from "../engine/shell.ts";
import { findHosts } from "./inventory.ts";
import { createSsmShell } from "./ssm-shell.ts";
import type { StackOutputs } from "./stack-outputs.ts";

/** SSM throttles account-wide: with the SDK's usual three attempts two operators hinder each other. */
const attempts = 8;

/**
 * The hosts of a stack, each with a shell over SSM.
 *
 * @param onWaiting told when a host's agent is not online yet
 */
export async function connectHosts(
  outputs: StackOutputs,
  s3: () => Promise<S3Client>,
  onWaiting: (host: string) => void,
): Promise<readonly Host[]> {
  const ssm = new SSMClient({ region: outputs.Region, maxAttempts: attempts });
  const found = await findHosts(outputs);
  return found.map(({ instanceId, name }) => ({
    name: instanceId,
    ...(name === undefined ? {} : { aliases: [name] }),
    shell: createSsmShell({
      ssm,
      s3,
      instanceId,
      outputBucket: outputs.ArtifactBucket,
      onWaiting: () => onWaiting(instanceId),
    }),
  }));
}

/**
 * The S3 client, loaded at its first use: a run with nothing to change needs none.
 *
 * @param isEmulated whether AWS is played by an emulator, which has no host names of its own for buckets
 */
export function lazyS3(region: string, isEmulated: boolean): () => Promise<S3Client> {
  let client: Promise<S3Client> | undefined;
  return () => {
    client ??= import("@aws-sdk/client-s3").then(
      ({ S3Client }) => new S3Client({ region, forcePathStyle: isEmulated }),
    );
    return client;
  };
}
