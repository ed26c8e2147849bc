import { setTimeout as sleep } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { AppError } from "@cleanauth/common/app-error.ts";
import { awsErrorName, awsFailure } from "./aws-failure.ts";

/** The folder in the bucket; the host's role may write nowhere else. */
export const commandOutputPrefix = "command-output";

/** GetCommandInvocation returns so many characters of each output and drops the rest. */
const cutAtCharacters = 24_000;
const cutMarker = /-{2,3}output truncated-{2,3}\s*$/i;
const tries = 8;
const pauseSeconds = 1;

export interface OutputPlace {
  readonly s3: () => Promise<S3Client>;
  readonly instanceId: string;
  readonly outputBucket: string;
  readonly pace?: number;
}

/**
 * The whole of a command's output: what SSM answered when it is not cut, else what the host's agent
 * put into the bucket.
 *
 * @throws AppError `host_output_lost` when it was cut and the bucket does not have it
 */
export async function wholeOutput(
  place: OutputPlace,
  commandId: string,
  stream: "stdout" | "stderr",
  answered: string | undefined,
): Promise<string> {
  const text = answered ?? "";
  if (text.length < cutAtCharacters && !cutMarker.test(text)) return text;
  // The agent uploads when the command has ended, and SSM may know of the end first.
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const whole = await readOutput(place, commandId, stream);
    if (whole !== null) return whole;
    await sleep(pauseSeconds * (place.pace ?? 1) * 1000);
  }
  throw new AppError(
    "host_output_lost",
    `The output of a command on ${place.instanceId} is longer than SSM returns, and is not in ${place.outputBucket}`,
    "See that the host's role may write to the bucket (make deploy puts it right), then run again.",
  );
}

async function readOutput(
  { s3, outputBucket, instanceId }: OutputPlace,
  commandId: string,
  stream: string,
): Promise<string | null> {
  const { GetObjectCommand, ListObjectsV2Command } = await import("@aws-sdk/client-s3");
  const client = await s3();
  try {
    // Between the instance's id and the stream's name stands the name of the document's step.
    const { Contents } = await client.send(
      new ListObjectsV2Command({
        Bucket: outputBucket,
        Prefix: `${commandOutputPrefix}/${commandId}/${instanceId}/`,
      }),
    );
    const key = Contents?.find(({ Key }) => Key?.endsWith(`/${stream}`))?.Key;
    if (key === undefined) return null;
    const { Body } = await client.send(new GetObjectCommand({ Bucket: outputBucket, Key: key }));
    return (await Body?.transformToString("utf8")) ?? null;
  } catch (error) {
    if (["NoSuchKey", "NotFound"].includes(awsErrorName(error))) return null;
    throw awsFailure(error, "s3:GetObject", outputBucket);
  }
}
