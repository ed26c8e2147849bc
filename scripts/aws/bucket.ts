import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type S3ServiceException,
} from "@aws-sdk/client-s3";
import { AppError } from "@cleanauth/common/app-error.ts";
import { projectTag } from "@cleanauth/common/stack-settings.ts";
import { callAws } from "./aws-call.ts";
import { awsErrorName } from "./aws-failure.ts";
import type { Caller } from "./caller.ts";

/**
 * Deletes every version of every object, and every delete marker.
 *
 * @returns how many were deleted; 0 for a bucket that does not exist
 * @throws AppError `bucket_not_emptied` that names the first object that S3 kept
 */
export async function emptyBucket(s3: S3Client, bucket: string): Promise<number> {
  return callAws("s3:DeleteObjectVersion", bucket, async () => {
    let deleted = 0;
    for (;;) {
      const Objects = await listVersions(s3, bucket);
      if (Objects.length === 0) return deleted;
      const Delete = { Objects, Quiet: true };
      const { Errors: [kept] = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete }),
      );
      if (kept !== undefined) throw notEmptied(bucket, kept.Key, kept.Message);
      deleted += Objects.length;
    }
  });
}

// The first page, as many as one call deletes: what follows is the first page of the next round.
async function listVersions(s3: S3Client, bucket: string): Promise<ObjectIdentifier[]> {
  try {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1000 }));
    return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
  } catch (error) {
    if (awsErrorName(error) === "NoSuchBucket") return [];
    throw error;
  }
}

function notEmptied(bucket: string, key = "an object", reason = "no reason given"): AppError {
  return new AppError(
    "bucket_not_emptied",
    `S3 did not delete ${key} of ${bucket}: ${reason}`,
    "Delete it yourself, then run again.",
  );
}

const replacedStateDays = 90;

/**
 * Makes the bucket that Terraform's state lives in, or completes it: private, encrypted, versioned,
 * TLS only. Doing so again changes nothing.
 *
 * @param caller whose bucket it is to be, and where
 * @returns whether the bucket is new
 * @throws AppError `name_taken` when somebody else has a bucket of that name
 */
export async function ensureStateBucket(
  s3: S3Client,
  bucket: string,
  { region, partition }: Pick<Caller, "region" | "partition">,
): Promise<boolean> {
  const isNew = await createBucket(s3, bucket, region);
  await callAws("s3:PutBucketPolicy", bucket, async () => {
    await s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      }),
    );
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: bucket,
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket: bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      }),
    );
    await s3.send(
      new PutBucketPolicyCommand({ Bucket: bucket, Policy: tlsOnlyPolicy(bucket, partition) }),
    );
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: bucket,
        LifecycleConfiguration: {
          Rules: [
            {
              ID: "replaced-states",
              Status: "Enabled",
              Filter: { Prefix: "" },
              NoncurrentVersionExpiration: { NoncurrentDays: replacedStateDays },
            },
          ],
        },
      }),
    );
    await s3.send(
      new PutBucketTaggingCommand({
        Bucket: bucket,
        Tagging: { TagSet: [{ Key: projectTag.key, Value: projectTag.value }] },
      }),
    );
  });
  return isNew;
}

async function createBucket(s3: S3Client, bucket: string, region: string): Promise<boolean> {
  const status = await bucketStatus(s3, bucket);
  if (status === 200) return false;
  if (status !== 404) {
    throw new AppError(
      "name_taken",
      `There is a bucket named ${bucket} already, of another account or in another region`,
      "Set STATE_BUCKET to another name; bucket names are shared by all accounts.",
    );
  }
  // us-east-1 alone must not be named as a constraint.
  const location =
    region === "us-east-1"
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
  await callAws("s3:CreateBucket", bucket, () =>
    s3.send(new CreateBucketCommand({ Bucket: bucket, ...location })),
  );
  return true;
}

// 200: ours. 404: nobody's. 403: somebody else's. 301: ours or theirs, elsewhere.
async function bucketStatus(s3: S3Client, bucket: string): Promise<number> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    return 200;
  } catch (error) {
    const status = (error as S3ServiceException).$metadata?.httpStatusCode;
    if (status === 404 || status === 403 || status === 301) return status;
    return callAws("s3:ListBucket", bucket, () => Promise.reject(error));
  }
}

function tlsOnlyPolicy(bucket: string, partition: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:${partition}:s3:::${bucket}`, `arn:${partition}:s3:::${bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
