import { AppError } from "@cleanauth/common/app-error.ts";
import { LocalizedError, type Wording } from "../localized-error.ts";
import { describeNetworkFailure, isBrokenConnection, wordUnreachable } from "../network-failure.ts";
import { stripToLine } from "../terminal-text.ts";
import { bedrockErrorTexts as texts } from "./bedrock-error-texts.ts";

interface Rule {
  /** The exception's name, as in Bedrock's API reference or that of AWS's common errors. */
  exception: RegExp;
  /** What its message must look like, where one exception stands for several causes. */
  says?: RegExp;
  code: string;
  words: (said: string, modelId: string) => Wording;
}

// Checked in this order; the first that fits is taken.
const rules: readonly Rule[] = [
  {
    exception: /^CredentialsProviderError$|^TokenProviderError$/,
    code: "model_credentials_missing",
    words: texts.credentialsMissing,
  },
  {
    exception: /^ExpiredToken/,
    code: "model_credentials_expired",
    words: texts.credentialsExpired,
  },
  {
    exception: /Signature/,
    says: /expired|not yet current|clock|skew/i,
    code: "model_clock_skew",
    words: texts.clockSkew,
  },
  {
    exception:
      /^(UnrecognizedClient|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|InvalidClientTokenId|SignatureDoesNotMatch|NotAuthorized)/,
    code: "model_credentials_refused",
    words: texts.credentialsRefused,
  },
  {
    exception: /^AccessDenied/,
    code: "model_access_denied",
    words: texts.accessDenied,
  },
  {
    exception: /^(Validation|ResourceNotFound)/,
    says: /on-demand throughput/i,
    code: "model_needs_inference_profile",
    words: texts.needsInferenceProfile,
  },
  {
    exception: /^(Validation|ResourceNotFound)/,
    says: /use case/i,
    code: "model_use_case_missing",
    words: texts.useCaseMissing,
  },
  {
    exception: /^Validation/,
    says: /too long|too many (input )?tokens|context (window|length)|maximum.*tokens/i,
    code: "model_context_full",
    words: texts.contextFull,
  },
  {
    exception: /^Validation/,
    says: /tool (use|calling)|toolConfig/i,
    code: "model_without_tools",
    words: texts.withoutTools,
  },
  {
    exception: /^(Validation|ResourceNotFound)/,
    says: /model|inference profile|identifier/i,
    code: "model_unknown",
    words: texts.unknown,
  },
  {
    exception: /^(Throttling|TooManyRequests|ServiceQuotaExceeded|Limit)/,
    code: "model_throttled",
    words: texts.throttled,
  },
  {
    exception: /^ModelNotReady/,
    code: "model_not_ready",
    words: texts.notReady,
  },
  {
    exception: /^ModelTimeout/,
    code: "model_timeout",
    words: texts.timeout,
  },
  {
    exception: /^Model(Stream)?Error/,
    code: "model_failed",
    words: texts.failedWhileAnswering,
  },
  {
    exception: /^(ServiceUnavailable|InternalServer|InternalFailure)/,
    code: "model_unavailable",
    words: texts.unavailable,
  },
  {
    exception: /^Validation/,
    code: "model_request_refused",
    words: texts.requestRefused,
  },
];

/**
 * Words what went wrong at Bedrock.
 *
 * @param error what the AWS SDK threw
 * @param modelId the model that was asked
 * @returns an error whose code begins with `model_`, or the one that is already worded
 */
export function modelError(error: unknown, modelId: string): AppError {
  if (error instanceof AppError) return error;
  const { name, message } = error as { name?: unknown; message?: unknown };
  const exception = typeof name === "string" ? name : "";
  const said = stripToLine(typeof message === "string" ? message : exception).replace(/\.$/, "");
  const rule = rules.find(
    (candidate) =>
      candidate.exception.test(exception) &&
      (candidate.says === undefined || candidate.says.test(said)),
  );
  if (rule !== undefined) return new LocalizedError(rule.code, rule.words(said, modelId));
  if (/^region is missing/i.test(said)) {
    return new LocalizedError("model_region_missing", texts.regionMissing());
  }
  const network = describeNetworkFailure(error);
  if (network !== null) {
    const words = wordUnreachable("Bedrock", "AWS_REGION", network);
    return new LocalizedError("model_unreachable", words);
  }
  const isNamed = exception !== "" && exception !== "Error";
  const named = isNamed ? `${said} (${stripToLine(exception, 60)})` : said;
  return new LocalizedError("model_failed", texts.failed(named));
}

/** How often one question is put to the model, the first time included. */
const mostAttempts = 4;

/**
 * Decides whether and when to ask again after a failure that was not the question's fault. Only for
 * an answer of which nothing was shown yet.
 *
 * @param error what the AWS SDK threw
 * @param attempt the number of the attempt that failed, from 1
 * @param random a number from 0 to 1, so that many clients do not come back at the same moment
 * @returns how long to wait, in milliseconds; null when asking again is of no use
 */
export function retryDelayMilliseconds(
  error: unknown,
  attempt: number,
  random: number,
): number | null {
  if (attempt >= mostAttempts || !isTransient(error)) return null;
  return Math.round(1_000 * 2 ** (attempt - 1) * (0.75 + random / 2));
}

function isTransient(error: unknown): boolean {
  if (error instanceof AppError) return error.code === "model_stream_cut";
  const { name, $metadata } = error as { name?: unknown; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  const isKnown =
    typeof name === "string" &&
    /^(Throttling|TooManyRequests|ModelNotReady|ModelStreamError|ServiceUnavailable|InternalServer)/.test(
      name,
    );
  return isKnown || status === 429 || status >= 500 || isBrokenConnection(error);
}
