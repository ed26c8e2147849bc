import { AppError } from "@cleanauth/common/app-error.ts";

/** The name of an AWS SDK error, or of the system error beneath it. */
export function awsErrorName(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { code } = error as NodeJS.ErrnoException;
  return error.name === "Error" && code !== undefined ? code : error.name;
}

const credentialErrors = new Set([
  "CredentialsProviderError",
  "TokenProviderError",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "AuthFailure",
  "InvalidAccessKeyId",
]);
const expiredErrors = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);
const deniedErrors = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"]);
const networkErrors = new Set([
  "ENOTFOUND",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "TimeoutError",
]);

/**
 * Words a failed AWS call for the operator.
 *
 * @param error what the SDK threw
 * @param action the IAM action that was tried, `ssm:SendCommand`
 * @param resource what it was tried on
 * @returns the error itself when it is an AppError
 */
export function awsFailure(error: unknown, action: string, resource: string): AppError {
  if (error instanceof AppError) return error;
  const name = awsErrorName(error);
  const failed = `${action} on ${resource} failed`;
  if (credentialErrors.has(name)) {
    return new AppError(
      "configuration_credentials",
      `${failed}: no valid AWS credentials (${name})`,
      "Sign in to AWS first (aws sso login, or set AWS_PROFILE), then run again.",
      { cause: error },
    );
  }
  if (expiredErrors.has(name)) {
    return new AppError(
      "configuration_credentials",
      `${failed}: the AWS credentials have expired`,
      "Sign in to AWS again, then run again.",
      { cause: error },
    );
  }
  if (deniedErrors.has(name)) {
    return new AppError(
      "aws_access_denied",
      `${failed}: AWS does not allow it to you`,
      `Ask for the IAM action ${action} on ${resource}.`,
      { cause: error },
    );
  }
  if (networkErrors.has(name)) {
    return new AppError(
      "aws_unreachable",
      `${failed}: AWS is out of reach (${name})`,
      "Check the network and AWS_REGION, then run again.",
      { cause: error },
    );
  }
  const said = error instanceof Error ? error.message : String(error);
  return new AppError("aws_call_failed", `${failed}: ${name}: ${said}`, "Run again.", {
    cause: error,
  });
}
