import { AppError, formatError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { describe, expect, it } from "vitest";
import { modelError, retryDelayMilliseconds } from "./bedrock-error.ts";

// Exceptions and messages as the service and the SDK give them.
const cases: [name: string, message: string, code: string, words: RegExp][] = [
  [
    "AccessDeniedException",
    "You don't have access to the model with the specified model ID.",
    "model_access_denied",
    /model access.*IAM/,
  ],
  [
    "AccessDeniedException",
    "User: arn:… is not authorized to perform: bedrock:InvokeModelWithResponseStream",
    "model_access_denied",
    /bedrock:InvokeModelWithResponseStream/,
  ],
  [
    "ValidationException",
    "Invocation of model ID m-1 with on-demand throughput isn’t supported.",
    "model_needs_inference_profile",
    /global\./,
  ],
  [
    "ValidationException",
    "The provided model identifier is invalid.",
    "model_unknown",
    /BEDROCK_MODEL_ID/,
  ],
  [
    "ValidationException",
    "Input is too long for requested model.",
    "model_context_full",
    /new conversation/,
  ],
  [
    "ValidationException",
    "prompt is too long: 210000 tokens > 200000 maximum",
    "model_context_full",
    /new conversation/,
  ],
  [
    "ValidationException",
    "This model doesn't support tool use in streaming mode.",
    "model_without_tools",
    /supports tool use/,
  ],
  ["ValidationException", "Malformed input request", "model_request_refused", /Malformed input/],
  [
    "ResourceNotFoundException",
    "Model use case details have not been submitted for this account.",
    "model_use_case_missing",
    /form/,
  ],
  [
    "ResourceNotFoundException",
    "This model version has reached the end of its life.",
    "model_unknown",
    /end of its life/,
  ],
  ["ThrottlingException", "Too many tokens, please wait", "model_throttled", /Wait a minute/],
  ["ServiceQuotaExceededException", "Your request exceeds the quota", "model_throttled", /quota/],
  ["ModelNotReadyException", "Model is not ready", "model_not_ready", /Wait a minute/],
  ["ModelTimeoutException", "Processing time exceeded", "model_timeout", /too long/],
  ["ModelErrorException", "oops", "model_failed", /oops/],
  ["ModelStreamErrorException", "oops", "model_failed", /while it answered/],
  ["ServiceUnavailableException", "down", "model_unavailable", /by itself/],
  ["InternalServerException", "down", "model_unavailable", /by itself/],
  [
    "ExpiredTokenException",
    "The security token included in the request is expired",
    "model_credentials_expired",
    /aws sso login/,
  ],
  [
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
    "model_credentials_refused",
    /AWS_ACCESS_KEY_ID/,
  ],
  [
    "InvalidSignatureException",
    "The request signature we calculated does not match",
    "model_credentials_refused",
    /AWS_SECRET_ACCESS_KEY/,
  ],
  ["InvalidSignatureException", "Signature expired: 20260101T000000Z", "model_clock_skew", /clock/],
  [
    "CredentialsProviderError",
    "Could not load credentials from any providers",
    "model_credentials_missing",
    /AWS_PROFILE/,
  ],
  ["Error", "Region is missing", "model_region_missing", /AWS_REGION/],
  ["SomethingNew", "never heard of", "model_failed", /never heard of \(SomethingNew\)/],
];

describe("modelError", () => {
  it.each(cases)("%s (%s) is %s", (name, message, code, words) => {
    const error = modelError(Object.assign(new Error(message), { name }), "m-1");
    expect(error.code).toBe(code);
    expect(exitCodeOf(error)).toBe(5);
    expect(formatError(error)).toMatch(words);
    expect(formatError(error)).toMatch(/\.$/);
  });

  it.each([
    [{ code: "ECONNREFUSED" }, /nothing listens/],
    [{ name: "TimeoutError" }, /in time/],
  ])("says why Bedrock is out of reach: %j", (more, words) => {
    const error = modelError(Object.assign(new Error("x"), more), "m-1");
    expect(error.code).toBe("model_unreachable");
    expect(error.message).toMatch(words);
  });

  it("shows no control characters of the service's message", () => {
    const failure = Object.assign(new Error("a\x1b[2J\nb"), { name: "ModelErrorException" });
    expect(modelError(failure, "m-1").message).toMatch(/: a b$/);
  });

  it("leaves an error that is already worded as it is", () => {
    const error = new AppError("x", "y", "z");
    expect(modelError(error, "m-1")).toBe(error);
  });
});

describe("retryDelayMilliseconds", () => {
  const throttled = Object.assign(new Error("x"), { name: "ThrottlingException" });

  it.each([
    [1, 0, 750],
    [1, 1, 1250],
    [2, 0.5, 2000],
    [3, 0.5, 4000],
    [4, 0.5, null],
  ])("after attempt %i (random %d) waits %s ms", (attempt, random, delay) => {
    expect(retryDelayMilliseconds(throttled, attempt, random)).toBe(delay);
  });

  it.each([
    [{ name: "ModelNotReadyException" }, true],
    [{ name: "ServiceUnavailableException" }, true],
    [{ name: "Error", $metadata: { httpStatusCode: 502 } }, true],
    [{ name: "Error", code: "ECONNRESET" }, true],
    [{ name: "Error", code: "ECONNREFUSED" }, false],
    [{ name: "AccessDeniedException", $metadata: { httpStatusCode: 403 } }, false],
    [{ name: "ValidationException", $metadata: { httpStatusCode: 400 } }, false],
    [{ name: "ExpiredTokenException" }, false],
    [{ name: "CredentialsProviderError" }, false],
  ])("asks again after %j: %s", (more, isRetried) => {
    const error = Object.assign(new Error("x"), more);
    expect(retryDelayMilliseconds(error, 1, 0.5) !== null).toBe(isRetried);
  });
});
