import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { describe, expect, test } from "vitest";
import { terraformFailure } from "./failure.ts";

const place = { logFile: "terraform.log", directory: "cdktf.out/stacks/mcp-auth-dev" };

function failure(summary: string, detail = "", address?: string) {
  const located = address === undefined ? {} : { address };
  return terraformFailure([{ severity: "error", summary, detail, ...located }], place);
}

describe("what Terraform says becomes one line with a fix", () => {
  test.each([
    [
      "a lock that somebody holds",
      failure(
        "Error acquiring the state lock",
        "Error message: resource temporarily unavailable\nLock Info:\n  ID:        c1fa95cc-c7ba\n  Path:      terraform.tfstate\n  Operation: OperationTypeApply\n  Who:       kim@host\n  Version:   1.11.4\n  Created:   2026-11-23 13:00:00.123456 +0000 UTC\n",
      ),
      "The state is locked by kim@host since 2026-11-23 13:00:00",
      "terraform -chdir=cdktf.out/stacks/mcp-auth-dev force-unlock c1fa95cc-c7ba",
      1,
    ],
    [
      "a condition of the stack",
      failure(
        "Resource postcondition failed",
        "on cdk.tf.json line 10, in data.aws_subnet:\n\nsubnet-1 is in vpc-2, not in vpc-1. Set VPC_ID=vpc-2, or another subnet.",
      ),
      "subnet-1 is in vpc-2, not in vpc-1",
      "Set VPC_ID=vpc-2, or another subnet",
      2,
    ],
    [
      "a name that is taken",
      failure(
        "creating IAM Role (x): operation error IAM: CreateRole, https response error StatusCode: 409, RequestID: 1, api error EntityAlreadyExists: Role with name x already exists.",
        "",
        "aws_iam_role.role",
      ),
      "aws_iam_role.role: EntityAlreadyExists: Role with name x already exists",
      "ENVIRONMENT_NAME",
      1,
    ],
    [
      "a domain that another account has",
      failure(
        "creating Cognito User Pool Domain (x): operation error Cognito Identity Provider: CreateUserPoolDomain, https response error StatusCode: 400, RequestID: 1, InvalidParameterException: Domain already associated with another user pool.",
        "",
        "aws_cognito_user_pool_domain.domain",
      ),
      "Domain already associated with another user pool",
      "COGNITO_DOMAIN_PREFIX",
      1,
    ],
    [
      "a right that is missing",
      failure(
        "creating EC2 Instance: api error UnauthorizedOperation: User: arn:aws:iam::1:user/kim is not authorized to perform: ec2:RunInstances on resource: arn",
        "",
        "aws_instance.host",
      ),
      "aws_instance.host: AWS does not allow ec2:RunInstances to you",
      "what was made is in the state",
      1,
    ],
    [
      "credentials that expire on the way",
      failure("reading S3 Bucket: api error ExpiredToken: The provided token has expired."),
      "The AWS credentials have expired",
      "Sign in",
      2,
    ],
    [
      "a limit",
      failure(
        "creating EC2 EIP: api error AddressLimitExceeded: The maximum number of addresses has been reached.",
      ),
      "AddressLimitExceeded: The maximum number of addresses has been reached",
      "Service Quotas",
      1,
    ],
    [
      "a state that has moved",
      failure(
        "Backend configuration changed",
        "A change in the backend configuration has been detected",
      ),
      "The state was somewhere else at the last run",
      "terraform -chdir=cdktf.out/stacks/mcp-auth-dev init -migrate-state",
      2,
    ],
    [
      "a state bucket that is not there",
      failure('Error refreshing state: S3 bucket "x" does not exist.'),
      "STATE_BUCKET names a bucket that does not exist",
      "make state-bucket",
      2,
    ],
    [
      "a registry out of reach",
      failure(
        "Failed to query available provider packages",
        "could not connect to registry.terraform.io",
      ),
      "Terraform cannot get the AWS provider",
      "TF_PLUGIN_MIRROR",
      1,
    ],
    [
      "anything else",
      failure("Something\n new.", "", "aws_eip.address"),
      "aws_eip.address: Something new",
      "terraform.log",
      1,
    ],
  ])("%s", (_, error, message, hint, exit) => {
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
    expect(exitCodeOf(error)).toBe(exit);
  });
});

test("more than one error is counted, and none at all is said", () => {
  const error = { severity: "error", summary: "Broken", detail: "" } as const;
  expect(terraformFailure([error, error, error], place).message).toBe(
    "Broken (and 2 more in terraform.log)",
  );
  expect(terraformFailure([], place).message).toBe("Terraform failed without a word");
});
