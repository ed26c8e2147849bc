import { S3Client } from "@aws-sdk/client-s3";
import { AppError } from "@cleanauth/common/app-error.ts";
import { parseSettings } from "@cleanauth/common/environment.ts";
import { stackSettings } from "@cleanauth/common/stack-settings.ts";
import { ensureStateBucket } from "./aws/bucket.ts";
import { identifyCaller } from "./aws/caller.ts";
import { runProgram } from "./program.ts";
import { readFlags } from "./terraform/flags.ts";

// make state-bucket: makes the bucket that STATE_BUCKET names, for states that several people share.
await runProgram(async (environment) => {
  readFlags(process.argv.slice(2), []);
  const { STATE_BUCKET: bucket } = parseSettings(stackSettings, environment);
  const caller = await identifyCaller();
  if (bucket === undefined) {
    throw new AppError(
      "usage_state_bucket",
      "STATE_BUCKET is not set",
      `Choose a name, for instance: make state-bucket STATE_BUCKET=mcp-auth-state-${caller.accountId}-${caller.region}`,
    );
  }
  const isNew = await ensureStateBucket(new S3Client({ region: caller.region }), bucket, caller);
  console.log(
    isNew
      ? `Made s3://${bucket}. Put STATE_BUCKET=${bucket} into .env, then run \`make deploy\`.`
      : `s3://${bucket} is there, and as it should be.`,
  );
});
