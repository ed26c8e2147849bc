import { readFile } from "node:fs/promises";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { awsErrorName, awsFailure } from "./aws-failure.ts";

/** The bucket between operator and host. */
export interface ArtifactStore {
  /**
   * Puts a file there under a name that is made from its content, unless it is there already.
   *
   * @param sha256 of the file, in hex; S3 refuses what arrives otherwise
   * @returns whether it had to be uploaded
   */
  uploadOnce(key: string, file: string, sha256: string): Promise<boolean>;
  /** Puts a secret there for a moment; the returned function removes it, every trace included. */
  lend(key: string, content: string): Promise<() => Promise<void>>;
}

/** @throws AppError `aws_…`, `configuration_credentials` from every call */
export function createArtifactStore(s3: S3Client, bucket: string): ArtifactStore {
  const isThere = async (key: string) => {
    try {
      await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return true;
    } catch (error) {
      // Without s3:ListBucket, S3 says 403 where it would say 404.
      if (["NotFound", "NoSuchKey", "403", "Forbidden"].includes(awsErrorName(error))) return false;
      throw awsFailure(error, "s3:GetObject", bucket);
    }
  };
  return {
    async uploadOnce(key, file, sha256) {
      if (await isThere(key)) return false;
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: await readFile(file),
            ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
            ContentType: "application/gzip",
          }),
        );
        return true;
      } catch (error) {
        throw awsFailure(error, "s3:PutObject", bucket);
      }
    },
    async lend(key, content) {
      try {
        const { VersionId } = await s3.send(
          new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }),
        );
        return async () => {
          // By version: otherwise a versioned bucket only hides it.
          await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId }));
        };
      } catch (error) {
        throw awsFailure(error, "s3:PutObject", bucket);
      }
    },
  };
}
