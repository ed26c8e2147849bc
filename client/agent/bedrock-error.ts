import { AppError } from "@cleanauth/common/app-error.ts";
import { describeNetworkFailure, isBrokenConnection } from "../network-failure.ts";
import { stripToLine } from "../terminal-text.ts";

interface Rule {
  /** The exception's name, as in Bedrock's API reference or that of AWS's common errors. */
  exception: RegExp;
  /** What its message must look like, where one exception stands for several causes. */
  says?: RegExp;
  error: (said: string, modelId: string) => AppError;
}

// Checked in this order; the first that fits is taken.
const rules: readonly Rule[] = [
  {
    exception: /^CredentialsProviderError$|^TokenProviderError$/,
    error: (said) =>
      new AppError(
        "model_credentials_missing",
        `There are no AWS credentials to ask Bedrock with: ${said}`,
        "Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with aws sso login.",
      ),
  },
  {
    exception: /^ExpiredToken/,
    error: () =>
      new AppError(
        "model_credentials_expired",
        "The AWS credentials have expired",
        "Renew them, for instance with aws sso login.",
      ),
  },
  {
    exception: /Signature/,
    says: /expired|not yet current|clock|skew/i,
    error: (said) =>
      new AppError(
        "model_clock_skew",
        `AWS did not accept the request's time: ${said}`,
        "Set this machine's clock.",
      ),
  },
  {
    exception:
      /^(UnrecognizedClient|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|InvalidClientTokenId|SignatureDoesNotMatch|NotAuthorized)/,
    error: (said) =>
      new AppError(
        "model_credentials_refused",
        `AWS does not accept the credentials: ${said}`,
        "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile.",
      ),
  },
  {
    exception: /^AccessDenied/,
    error: (said, modelId) =>
      new AppError(
        "model_access_denied",
        `Bedrock does not allow ${modelId}: ${said}`,
        "Ask for model access in the Bedrock console and allow bedrock:InvokeModelWithResponseStream in IAM, for the model and the inference profile.",
      ),
  },
  {
    exception: /^(Validation|ResourceNotFound)/,
    says: /on-demand throughput/i,
    error: (_said, modelId) =>
      new AppError(
        "model_needs_inference_profile",
        `${modelId} cannot be asked by its own id`,
        "Set BEDROCK_MODEL_ID to an inference profile: the same id with us., eu., apac. or global. before it.",
      ),
  },
  {
    exception: /^(Validation|ResourceNotFound)/,
    says: /use case/i,
    error: (said, modelId) =>
      new AppError(
        "model_use_case_missing",
        `${modelId} wants the use case described first: ${said}`,
        "Fill in the form in the Bedrock console (Model catalog), or set BEDROCK_MODEL_ID to another model.",
      ),
  },
  {
    exception: /^Validation/,
    says: /too long|too many (input )?tokens|context (window|length)|maximum.*tokens/i,
    error: () =>
      new AppError(
        "model_context_full",
        "The conversation is too long for the model",
        "Start a new conversation, or ask for less at a time.",
      ),
  },
  {
    exception: /^Validation/,
    says: /tool (use|calling)|toolConfig/i,
    error: (said, modelId) =>
      new AppError(
        "model_without_tools",
        `${modelId} cannot use tools this way: ${said}`,
        "Set BEDROCK_MODEL_ID to a model that supports tool use with streaming.",
      ),
  },
  {
    exception: /^(Validation|ResourceNotFound)/,
    says: /model|inference profile|identifier/i,
    error: (said, modelId) =>
      new AppError(
        "model_unknown",
        `Bedrock does not know ${modelId} here: ${said}`,
        "Check BEDROCK_MODEL_ID, and that AWS_REGION has this model.",
      ),
  },
  {
    exception: /^(Throttling|TooManyRequests|ServiceQuotaExceeded|Limit)/,
    error: (said) =>
      new AppError(
        "model_throttled",
        `Bedrock takes no more requests just now: ${said}`,
        "Wait a minute and ask again; Service Quotas shows and raises the limits.",
      ),
  },
  {
    exception: /^ModelNotReady/,
    error: (_said, modelId) =>
      new AppError(
        "model_not_ready",
        `${modelId} is not ready yet`,
        "Wait a minute and ask again.",
      ),
  },
  {
    exception: /^ModelTimeout/,
    error: () =>
      new AppError(
        "model_timeout",
        "The model took too long",
        "Ask for less at a time, or ask again.",
      ),
  },
  {
    exception: /^Model(Stream)?Error/,
    error: (said) =>
      new AppError("model_failed", `The model failed while it answered: ${said}`, "Ask again."),
  },
  {
    exception: /^(ServiceUnavailable|InternalServer|InternalFailure)/,
    error: (said) =>
      new AppError(
        "model_unavailable",
        `Bedrock failed by itself: ${said}`,
        "Ask again in a moment; https://health.aws.amazon.com shows outages.",
      ),
  },
  {
    exception: /^Validation/,
    error: (said) =>
      new AppError(
        "model_request_refused",
        `Bedrock did not accept the request: ${said}`,
        "Start a new conversation; if it stays, try another BEDROCK_MODEL_ID.",
      ),
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
  if (rule !== undefined) return rule.error(said, modelId);
  if (/^region is missing/i.test(said)) {
    return new AppError(
      "model_region_missing",
      "It is not known in which AWS region to ask Bedrock",
      "Set AWS_REGION, for instance to us-east-1.",
    );
  }
  const network = describeNetworkFailure(error);
  if (network !== null) {
    return new AppError(
      "model_unreachable",
      `Bedrock cannot be reached: ${network}`,
      "Check the network and AWS_REGION; with a local stack, whether make start still runs.",
    );
  }
  return new AppError(
    "model_failed",
    `Bedrock failed: ${said}${exception === "" || exception === "Error" ? "" : ` (${stripToLine(exception, 60)})`}`,
    "Ask again; if it stays, try another BEDROCK_MODEL_ID.",
  );
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
