import { AppError } from "@cleanauth/common/app-error.ts";
import { LocalizedError, type Wording } from "../localized-error.ts";
import { describeNetworkFailure, wordUnreachable } from "../network-failure.ts";
import { stripToLine } from "../terminal-text.ts";
import { unexpectedAnswer } from "./cognito-answer.ts";
import { cognitoErrorTexts as texts } from "./cognito-error-texts.ts";

/** What was going on when Cognito refused: the same exception means different things. */
export type SignInStage =
  | "password"
  /** A code of an authenticator app, or its set-up. */
  | "authenticator"
  /** A code that was sent, or which way is to be gone. */
  | "sent_code"
  | "new_password"
  /** A new password in place of a forgotten one. */
  | "reset"
  /** The confirmation of a user who has just signed up. */
  | "confirm"
  | "refresh";

interface Rule {
  /** The exception's name, as in Cognito's API reference. */
  exception: RegExp;
  /** What its message must look like, where one exception stands for several causes. */
  says?: RegExp;
  stages?: readonly SignInStage[];
  code: string;
  words: (said: string) => Wording;
}

// Checked in this order; the first that fits is taken.
const rules: readonly Rule[] = [
  {
    exception: /^(NotAuthorized|InvalidParameter)Exception$/,
    says: /secret/i,
    code: "configuration_client_secret",
    words: texts.clientSecret,
  },
  {
    exception: /^NotAuthorizedException$/,
    says: /disabled/i,
    code: "sign_in_user_disabled",
    words: texts.userDisabled,
  },
  {
    exception: /^NotAuthorizedException$/,
    says: /attempts exceeded/i,
    code: "sign_in_too_many_attempts",
    words: texts.tooManyAttempts,
  },
  {
    exception: /^NotAuthorizedException$/,
    says: /temporary password has expired/i,
    code: "sign_in_temporary_password_expired",
    words: texts.temporaryPasswordExpired,
  },
  {
    exception: /^RefreshTokenReuseException$|^NotAuthorizedException$/,
    stages: ["refresh"],
    code: "sign_in_expired",
    words: texts.signInExpired,
  },
  {
    exception: /^NotAuthorizedException$/,
    stages: ["confirm"],
    says: /current status is confirmed/i,
    code: "sign_in_already_confirmed",
    words: texts.alreadyConfirmed,
  },
  {
    // No verified address or number, or a user whom an administrator has to help first.
    exception: /^(NotAuthorized|InvalidParameter)Exception$/,
    stages: ["reset"],
    says: /cannot (be )?reset/i,
    code: "sign_in_reset_refused",
    words: texts.resetRefused,
  },
  {
    exception: /^CodeDeliveryFailureException$/,
    code: "sign_in_code_not_sent",
    words: texts.codeNotSent,
  },
  {
    exception: /^AliasExistsException$/,
    code: "sign_in_refused",
    words: texts.aliasTaken,
  },
  {
    exception: /^(SoftwareTokenMFANotFound|MFAMethodNotFound)Exception$/,
    code: "sign_in_second_factor_missing",
    words: texts.secondFactorMissing,
  },
  {
    exception: /^NotAuthorizedException$/,
    says: /session/i,
    code: "sign_in_session_expired",
    words: texts.sessionExpired,
  },
  {
    exception: /^(NotAuthorized|UserNotFound)Exception$/,
    // The two read alike, so that nobody learns which users there are.
    says: /incorrect|does not exist|not found/i,
    code: "sign_in_refused",
    words: texts.wrongPassword,
  },
  {
    exception: /^(CodeMismatch|ExpiredCode|EnableSoftwareTokenMFA)Exception$/,
    stages: ["authenticator"],
    code: "sign_in_wrong_code",
    words: texts.wrongAppCode,
  },
  {
    exception: /^CodeMismatchException$/,
    code: "sign_in_wrong_code",
    words: texts.wrongSentCode,
  },
  {
    exception: /^ExpiredCodeException$/,
    stages: ["reset", "confirm"],
    code: "sign_in_code_expired",
    words: texts.codeExpiredAskAgain,
  },
  {
    exception: /^ExpiredCodeException$/,
    code: "sign_in_code_expired",
    words: texts.codeExpired,
  },
  {
    exception: /^(InvalidPassword|PasswordHistoryPolicyViolation)Exception$/,
    code: "sign_in_password_policy",
    words: texts.passwordPolicy,
  },
  {
    exception: /^InvalidParameterException$/,
    stages: ["new_password", "reset"],
    says: /password|attribute/i,
    code: "sign_in_password_policy",
    words: texts.answerNotAccepted,
  },
  {
    exception: /^UserNotConfirmedException$/,
    code: "sign_in_user_not_confirmed",
    words: texts.userNotConfirmed,
  },
  {
    exception: /^PasswordResetRequiredException$/,
    code: "sign_in_password_reset_required",
    words: texts.passwordResetRequired,
  },
  {
    exception: /^ResourceNotFoundException$/,
    code: "configuration_app_client_unknown",
    words: texts.appClientUnknown,
  },
  {
    // The two wordings that Cognito has: "USER_SRP_AUTH is not enabled for the client." and
    // "USER_PASSWORD_AUTH flow not enabled for this client".
    exception: /^InvalidParameterException$/,
    stages: ["password"],
    says: /^USER_\w*AUTH (flow|is) not enabled for (this|the) client$/,
    code: "configuration_auth_flow",
    words: texts.authFlow,
  },
  {
    exception: /^InvalidUserPoolConfigurationException$|^UnsupportedOperationException$/,
    code: "configuration_user_pool",
    words: texts.userPool,
  },
  {
    exception: /^TooManyFailedAttemptsException$/,
    code: "sign_in_too_many_attempts",
    words: texts.tooManyAttempts,
  },
  {
    exception: /^(TooManyRequests|LimitExceeded|Throttling)Exception$/,
    code: "sign_in_throttled",
    words: texts.throttled,
  },
  {
    exception: /^(UserLambdaValidation|UnexpectedLambda|InvalidLambdaResponse)Exception$/,
    code: "sign_in_refused_by_trigger",
    words: texts.refusedByTrigger,
  },
  {
    exception: /^ForbiddenException$/,
    code: "sign_in_forbidden",
    words: texts.forbidden,
  },
];

/** What the AWS SDK's errors have in common. */
interface SdkError {
  name?: unknown;
  message?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/**
 * Words what went wrong at Cognito. Neither a password nor a token is part of it, and the error that
 * it was made from is not attached: it carries whole answers of the service's.
 *
 * @param error what the AWS SDK threw
 * @param stage what was going on
 */
export function signInError(error: unknown, stage: SignInStage): AppError {
  if (error instanceof AppError) return error;
  const network = describeNetworkFailure(error);
  if (network !== null) {
    const words = wordUnreachable("Cognito", "COGNITO_REGION", network);
    return new LocalizedError("sign_in_unreachable", words);
  }
  const { name, message, $metadata } = error as SdkError;
  if (($metadata?.httpStatusCode ?? 0) >= 500) {
    return new LocalizedError("sign_in_unavailable", texts.failedByItself());
  }
  if (typeof name !== "string" || !name.endsWith("Exception")) return unexpectedAnswer();
  const said = stripToLine(typeof message === "string" ? message : name).replace(/\.$/, "");
  const rule = rules.find(
    (candidate) =>
      candidate.exception.test(name) &&
      (candidate.stages === undefined || candidate.stages.includes(stage)) &&
      (candidate.says === undefined || candidate.says.test(said)),
  );
  if (rule !== undefined) return new LocalizedError(rule.code, rule.words(said));
  return new LocalizedError("sign_in_refused", texts.refused(`${said} (${stripToLine(name, 60)})`));
}

/** The attempt took too long, or was answered twice. */
export function sessionExpired(): LocalizedError {
  return new LocalizedError("sign_in_session_expired", texts.sessionExpired());
}

/** The refresh token is used up, revoked or too old. */
export function signInExpired(): LocalizedError {
  return new LocalizedError("sign_in_expired", texts.signInExpired());
}
