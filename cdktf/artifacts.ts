import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { Construct } from "constructs";

/** Where artifacts lie, for the host to read. */
export const artifactPrefix = "artifacts/";
/** Where SSM puts the whole output of a command, for the operator to read. */
export const commandOutputPrefix = "command-output/";

const artifactDays = 90;
const commandOutputDays = 7;
const replacedVersionDays = 7;

/**
 * The bucket between operator and host. `make destroy` empties it; Terraform is not allowed to, so
 * that nothing else throws artifacts away.
 */
export class Artifacts extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;

  constructor(scope: Construct, id: string, props: { namePrefix: string }) {
    super(scope, id);
    const bucket = new S3Bucket(this, "bucket", { bucketPrefix: `${props.namePrefix}-` });

    new S3BucketOwnershipControls(this, "ownership", {
      bucket: bucket.id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const publicAccess = new S3BucketPublicAccessBlock(this, "public_access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    const everyVersion = { noncurrentDays: replacedVersionDays };
    new S3BucketLifecycleConfiguration(this, "expiry", {
      bucket: bucket.id,
      rule: [
        {
          id: "artifacts",
          status: "Enabled",
          filter: [{ prefix: artifactPrefix }],
          expiration: [{ days: artifactDays }],
          noncurrentVersionExpiration: [everyVersion],
        },
        {
          id: "command-output",
          status: "Enabled",
          filter: [{ prefix: commandOutputPrefix }],
          expiration: [{ days: commandOutputDays }],
          noncurrentVersionExpiration: [everyVersion],
        },
        {
          id: "unfinished-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
      dependsOn: [versioning],
    });
    const tlsOnly = new DataAwsIamPolicyDocument(this, "tls_only", {
      statement: [
        {
          sid: "TlsOnly",
          effect: "Deny",
          // A refusal: everything, for everybody, is the narrow choice here.
          principals: [{ type: "*", identifiers: ["*"] }],
          actions: ["s3:*"],
          resources: [bucket.arn, `${bucket.arn}/*`],
          condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
      ],
    });
    new S3BucketPolicy(this, "policy", {
      bucket: bucket.id,
      policy: tlsOnly.json,
      // Both change the bucket's policy status, and S3 refuses one while the other is under way.
      dependsOn: [publicAccess],
    });

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
  }
}
