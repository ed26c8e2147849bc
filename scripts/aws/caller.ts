import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { AppError } from "@cleanauth/common/app-error.ts";
import { callAws } from "./aws-call.ts";

/** Whose credentials these are, and where they lead. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  /** `aws`, or the partition of China or of the government. */
  readonly partition: string;
  readonly region: string;
}

/**
 * Asks AWS who is calling, with the credentials and the region that the SDK finds by itself.
 *
 * @throws AppError `configuration_region_missing`, `configuration_credentials`, `aws_…`
 */
export async function identifyCaller(): Promise<Caller> {
  const sts = new STSClient();
  const region = await sts.config.region().catch((error: unknown) => {
    throw new AppError(
      "configuration_region_missing",
      "No AWS region is set",
      "Set AWS_REGION, for instance AWS_REGION=ap-northeast-2.",
      { cause: error },
    );
  });
  const identity = await callAws("sts:GetCallerIdentity", `the AWS account in ${region}`, () =>
    sts.send(new GetCallerIdentityCommand()),
  );
  const { Account: accountId = "", Arn: arn = "" } = identity;
  return { accountId, arn, partition: arn.split(":")[1] ?? "aws", region };
}
