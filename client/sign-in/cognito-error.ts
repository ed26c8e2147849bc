import { AppError } from "@cleanauth/common/app-error.ts";
import { describeNetworkFailure } from "../network-failure.ts";
import { stripToLine } from "../terminal-text.ts";
import { unexpectedAnswer } from "./cognito-answer.ts";

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
  error: (said: string) => AppError;
}

// Checked in this order; the first that fits is taken.
const rules: readonly Rule[] = [
  {
    exception: /^(NotAuthorized|InvalidParameter)Exception$/,
    says: /secret/i,
    error: (said) =>
      new AppError(
        "configuration_client_secret",
        `Cognito does not accept the app client's secret: ${said}`,
        "Set COGNITO_CLIENT_SECRET to the secret of COGNITO_CLIENT_ID, or unset it if that client has none.",
      ),
  },
  {
    exception: /^NotAuthorizedException$/,
    says: /disabled/i,
    error: () =>
      new AppError(
        "sign_in_user_disabled",
        "This user is disabled",
        "An administrator can enable it: make user NAME=… ARGS=enable.",
      ),
  },
  {
    exception: /^NotAuthorizedException$/,
    says: /attempts exceeded/i,
    error: () => tooManyAttempts(),
  },
  {
    exception: /^NotAuthorizedException$/,
    says: /temporary password has expired/i,
    error: () =>
      new AppError(
        "sign_in_temporary_password_expired",
        "The temporary password has expired",
        "An administrator can give a new one: make user NAME=….",
      ),
  },
  {
    exception: /^RefreshTokenReuseException$|^NotAuthorizedException$/,
    stages: ["refresh"],
    error: () => signInExpired(),
  },
  {
    exception: /^NotAuthorizedException$/,
    stages: ["confirm"],
    says: /current status is confirmed/i,
    error: () =>
      new AppError(
        "sign_in_already_confirmed",
        "This user is confirmed already",
        "Sign in with the password.",
      ),
  },
  {
    // No verified address or number, or a user whom an administrator has to help first.
    exception: /^(NotAuthorized|InvalidParameter)Exception$/,
    stages: ["reset"],
    says: /cannot (be )?reset/i,
    error: (said) =>
      new AppError(
        "sign_in_reset_refused",
        `Cognito cannot send this user a code for a new password: ${said}`,
        "An administrator can set a new password: make user NAME=….",
      ),
  },
  {
    exception: /^CodeDeliveryFailureException$/,
    error: (said) =>
      new AppError(
        "sign_in_code_not_sent",
        `Cognito could not send the code: ${said}`,
        "An administrator can look at the pool's settings for e-mail and text messages.",
      ),
  },
  {
    exception: /^AliasExistsException$/,
    error: (said) =>
      new AppError(
        "sign_in_refused",
        `The user cannot be confirmed: ${said}`,
        "Sign in as the user who has that address, or ask an administrator.",
      ),
  },
  {
    exception: /^(SoftwareTokenMFANotFound|MFAMethodNotFound)Exception$/,
    error: (said) =>
      new AppError(
        "sign_in_second_factor_missing",
        `This user's second factor is not there: ${said}`,
        "An administrator can have it set up anew: make user NAME=… ARGS=reset-mfa.",
      ),
  },
  {
    exception: /^NotAuthorizedException$/,
    says: /session/i,
    error: () => sessionExpired(),
  },
  {
    exception: /^(NotAuthorized|UserNotFound)Exception$/,
    // The two read alike, so that nobody learns which users there are.
    says: /incorrect|does not exist|not found/i,
    error: () =>
      new AppError(
        "sign_in_refused",
        "Incorrect user name or password",
        "Try again; an administrator can set a new password: make user NAME=….",
      ),
  },
  {
    exception: /^(CodeMismatch|ExpiredCode|EnableSoftwareTokenMFA)Exception$/,
    stages: ["authenticator"],
    error: (said) =>
      new AppError(
        "sign_in_wrong_code",
        `The code was not accepted: ${said}`,
        "Wait for the next code of the authenticator app; if it fails again, check this machine's clock.",
      ),
  },
  {
    exception: /^CodeMismatchException$/,
    error: (said) =>
      new AppError(
        "sign_in_wrong_code",
        `The code was not accepted: ${said}`,
        "Take the newest one that was sent.",
      ),
  },
  {
    exception: /^ExpiredCodeException$/,
    stages: ["reset", "confirm"],
    error: (said) =>
      new AppError(
        "sign_in_code_expired",
        `The code was not accepted: ${said}`,
        "Leave the code empty to have another one sent.",
      ),
  },
  {
    exception: /^ExpiredCodeException$/,
    error: (said) =>
      new AppError(
        "sign_in_code_expired",
        `The code was not accepted: ${said}`,
        "Sign in again from the start to have another one sent.",
      ),
  },
  {
    exception: /^(InvalidPassword|PasswordHistoryPolicyViolation)Exception$/,
    error: (said) =>
      new AppError(
        "sign_in_password_policy",
        `The new password was not accepted: ${said}`,
        "Choose another one.",
      ),
  },
  {
    exception: /^InvalidParameterException$/,
    stages: ["new_password", "reset"],
    says: /password|attribute/i,
    error: (said) =>
      new AppError(
        "sign_in_password_policy",
        `The answer was not accepted: ${said}`,
        "Correct it and try again.",
      ),
  },
  {
    exception: /^UserNotConfirmedException$/,
    error: () =>
      new AppError(
        "sign_in_user_not_confirmed",
        "This user is not confirmed yet",
        "Confirm it with the code that was sent at sign-up, or ask an administrator to.",
      ),
  },
  {
    exception: /^PasswordResetRequiredException$/,
    error: () =>
      new AppError(
        "sign_in_password_reset_required",
        "The password of this user has to be reset first",
        "An administrator can set a new one: make user NAME=….",
      ),
  },
  {
    exception: /^ResourceNotFoundException$/,
    error: (said) =>
      new AppError(
        "configuration_app_client_unknown",
        `Cognito does not know this app client: ${said}`,
        "Check COGNITO_CLIENT_ID and COGNITO_REGION (or COGNITO_POOL_ID): make outputs prints them.",
      ),
  },
  {
    // The two wordings that Cognito has: "USER_SRP_AUTH is not enabled for the client." and
    // "USER_PASSWORD_AUTH flow not enabled for this client".
    exception: /^InvalidParameterException$/,
    stages: ["password"],
    says: /^USER_\w*AUTH (flow|is) not enabled for (this|the) client$/,
    error: (said) =>
      new AppError(
        "configuration_auth_flow",
        `The app client does not allow this way to sign in: ${said}`,
        "Enable ALLOW_USER_SRP_AUTH for the app client of COGNITO_CLIENT_ID.",
      ),
  },
  {
    exception: /^InvalidUserPoolConfigurationException$|^UnsupportedOperationException$/,
    error: (said) =>
      new AppError(
        "configuration_user_pool",
        `The user pool cannot do this: ${said}`,
        "Compare its settings with those that make deploy gives it.",
      ),
  },
  {
    exception: /^TooManyFailedAttemptsException$/,
    error: () => tooManyAttempts(),
  },
  {
    exception: /^(TooManyRequests|LimitExceeded|Throttling)Exception$/,
    error: () =>
      new AppError(
        "sign_in_throttled",
        "Cognito is asked too often just now",
        "Wait a minute and try again.",
      ),
  },
  {
    exception: /^(UserLambdaValidation|UnexpectedLambda|InvalidLambdaResponse)Exception$/,
    error: (said) =>
      new AppError(
        "sign_in_refused_by_trigger",
        `A Lambda trigger of the user pool stopped the sign-in: ${said}`,
        "Its logs in CloudWatch say why.",
      ),
  },
  {
    exception: /^ForbiddenException$/,
    error: (said) =>
      new AppError(
        "sign_in_forbidden",
        `The firewall (AWS WAF) before the user pool refused this address: ${said}`,
        "Sign in from an address that it allows.",
      ),
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
    return new AppError(
      "sign_in_unreachable",
      `Cognito cannot be reached: ${network}`,
      "Check the network and COGNITO_REGION; with a local stack, whether make start still runs.",
    );
  }
  const { name, message, $metadata } = error as SdkError;
  if (($metadata?.httpStatusCode ?? 0) >= 500) {
    return new AppError(
      "sign_in_unavailable",
      "Cognito failed by itself",
      "Try again in a moment; https://health.aws.amazon.com shows outages.",
    );
  }
  if (typeof name !== "string" || !name.endsWith("Exception")) return unexpectedAnswer();
  const said = stripToLine(typeof message === "string" ? message : name).replace(/\.$/, "");
  const rule = rules.find(
    (candidate) =>
      candidate.exception.test(name) &&
      (candidate.stages === undefined || candidate.stages.includes(stage)) &&
      (candidate.says === undefined || candidate.says.test(said)),
  );
  if (rule !== undefined) return rule.error(said);
  return new AppError(
    "sign_in_refused",
    `Cognito refused the sign-in: ${said} (${stripToLine(name, 60)})`,
    "Sign in again from the start; if it stays, ask an administrator of the user pool.",
  );
}

/** The attempt took too long, or was answered twice. */
export function sessionExpired(): AppError {
  return new AppError(
    "sign_in_session_expired",
    "This sign-in has expired before it was complete",
    "Sign in again from the start.",
  );
}

/** The refresh token is used up, revoked or too old. */
export function signInExpired(): AppError {
  return new AppError(
    "sign_in_expired",
    "The sign-in has expired or was revoked",
    "Sign in again.",
  );
}

function tooManyAttempts(): AppError {
  return new AppError(
    "sign_in_too_many_attempts",
    "Too many failed attempts to sign in",
    "Wait some minutes before the next one.",
  );
}
