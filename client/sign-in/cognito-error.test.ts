import { AppError, formatError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { describe, expect, it } from "vitest";
import { type SignInStage, signInError } from "./cognito-error.ts";

// Exceptions and messages as the service gives them.
const cases: [
  exception: string,
  message: string,
  stage: SignInStage,
  code: string,
  exitCode: number,
][] = [
  ["NotAuthorizedException", "Incorrect username or password.", "password", "sign_in_refused", 3],
  ["UserNotFoundException", "User does not exist.", "password", "sign_in_refused", 3],
  ["NotAuthorizedException", "User is disabled.", "password", "sign_in_user_disabled", 3],
  ["NotAuthorizedException", "User is disabled.", "refresh", "sign_in_user_disabled", 3],
  [
    "NotAuthorizedException",
    "Password attempts exceeded",
    "password",
    "sign_in_too_many_attempts",
    3,
  ],
  [
    "NotAuthorizedException",
    "Temporary password has expired and must be reset by an administrator.",
    "password",
    "sign_in_temporary_password_expired",
    3,
  ],
  [
    "NotAuthorizedException",
    "Invalid session for the user, session is expired.",
    "sent_code",
    "sign_in_session_expired",
    3,
  ],
  [
    "NotAuthorizedException",
    "Invalid session for the user.",
    "sent_code",
    "sign_in_session_expired",
    3,
  ],
  ["NotAuthorizedException", "Refresh Token has expired", "refresh", "sign_in_expired", 3],
  ["NotAuthorizedException", "Refresh Token has been revoked", "refresh", "sign_in_expired", 3],
  ["NotAuthorizedException", "Invalid Refresh Token", "refresh", "sign_in_expired", 3],
  ["RefreshTokenReuseException", "Token reused", "refresh", "sign_in_expired", 3],
  ["NotAuthorizedException", "Something new", "password", "sign_in_refused", 3],
  [
    "NotAuthorizedException",
    "Unable to verify secret hash for client abc",
    "password",
    "configuration_client_secret",
    2,
  ],
  [
    "NotAuthorizedException",
    "Client abc is configured with secret but SECRET_HASH was not received",
    "password",
    "configuration_client_secret",
    2,
  ],
  [
    "NotAuthorizedException",
    "Client abc is configured for secret but secret was not received",
    "refresh",
    "configuration_client_secret",
    2,
  ],
  [
    "UserNotConfirmedException",
    "User is not confirmed.",
    "password",
    "sign_in_user_not_confirmed",
    3,
  ],
  [
    "PasswordResetRequiredException",
    "Password reset required for the user",
    "password",
    "sign_in_password_reset_required",
    3,
  ],
  [
    "ResourceNotFoundException",
    "User pool client abc does not exist.",
    "password",
    "configuration_app_client_unknown",
    2,
  ],
  [
    "InvalidParameterException",
    "USER_PASSWORD_AUTH flow not enabled for this client",
    "password",
    "configuration_auth_flow",
    2,
  ],
  [
    "CodeMismatchException",
    "Invalid code received for user",
    "authenticator",
    "sign_in_wrong_code",
    3,
  ],
  [
    "ExpiredCodeException",
    "Your software token has already been used once.",
    "authenticator",
    "sign_in_wrong_code",
    3,
  ],
  [
    "InvalidPasswordException",
    "Password does not conform to policy: Password not long enough",
    "new_password",
    "sign_in_password_policy",
    3,
  ],
  [
    "PasswordHistoryPolicyViolationException",
    "Password has been used before",
    "new_password",
    "sign_in_password_policy",
    3,
  ],
  [
    "InvalidParameterException",
    "Invalid attributes given, email is missing",
    "new_password",
    "sign_in_password_policy",
    3,
  ],
  [
    "InvalidParameterException",
    "USER_SRP_AUTH is not enabled for the client.",
    "password",
    "configuration_auth_flow",
    2,
  ],
  // Anything else that speaks of a flow does not make the client fall back to sending the password.
  [
    "InvalidParameterException",
    "Missing required parameter SRP_A for auth flow",
    "password",
    "sign_in_refused",
    3,
  ],
  ["CodeMismatchException", "Invalid code", "sent_code", "sign_in_wrong_code", 3],
  ["CodeMismatchException", "Invalid code", "reset", "sign_in_wrong_code", 3],
  ["ExpiredCodeException", "Invalid code provided", "reset", "sign_in_code_expired", 3],
  ["ExpiredCodeException", "Invalid code provided", "confirm", "sign_in_code_expired", 3],
  ["ExpiredCodeException", "Code has expired", "sent_code", "sign_in_code_expired", 3],
  [
    "EnableSoftwareTokenMFAException",
    "Code mismatch and fail enable Software Token MFA",
    "authenticator",
    "sign_in_wrong_code",
    3,
  ],
  [
    "NotAuthorizedException",
    "User cannot be confirmed. Current status is CONFIRMED",
    "confirm",
    "sign_in_already_confirmed",
    3,
  ],
  [
    "NotAuthorizedException",
    "User password cannot be reset in the current state.",
    "reset",
    "sign_in_reset_refused",
    3,
  ],
  [
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
    "reset",
    "sign_in_reset_refused",
    3,
  ],
  ["InvalidPasswordException", "Password not long enough", "reset", "sign_in_password_policy", 3],
  ["CodeDeliveryFailureException", "SMS is not configured", "password", "sign_in_code_not_sent", 3],
  [
    "AliasExistsException",
    "An account with the email already exists.",
    "confirm",
    "sign_in_refused",
    3,
  ],
  [
    "SoftwareTokenMFANotFoundException",
    "Software Token MFA has not been enabled by the user",
    "authenticator",
    "sign_in_second_factor_missing",
    3,
  ],
  [
    "PasswordResetRequiredException",
    "Password reset required for the user",
    "password",
    "sign_in_password_reset_required",
    3,
  ],
  ["TooManyRequestsException", "Rate exceeded", "password", "sign_in_throttled", 3],
  ["LimitExceededException", "Attempt limit exceeded", "password", "sign_in_throttled", 3],
  [
    "UserLambdaValidationException",
    "PreAuthentication failed with no.",
    "password",
    "sign_in_refused_by_trigger",
    3,
  ],
  [
    "ForbiddenException",
    "Request not allowed due to WAF block.",
    "password",
    "sign_in_forbidden",
    3,
  ],
  ["InvalidUserPoolConfigurationException", "Wrong role", "password", "configuration_user_pool", 2],
  ["SomeNewException", "Never heard of", "password", "sign_in_refused", 3],
];

describe("signInError", () => {
  it.each(cases)("%s (%s) while at %s is %s", (name, message, stage, code, exitCode) => {
    const error = signInError(sdkError(name, message), stage);
    expect(error.code).toBe(code);
    expect(exitCodeOf(error)).toBe(exitCode);
    expect(formatError(error)).toMatch(/^[A-Z].*\.$/);
  });

  it("words an unknown user and a wrong password alike", () => {
    const unknown = signInError(
      sdkError("UserNotFoundException", "User does not exist."),
      "password",
    );
    const wrong = signInError(
      sdkError("NotAuthorizedException", "Incorrect username or password."),
      "password",
    );
    expect(unknown).toEqual(wrong);
  });

  it("tells a service that is out of reach from one that refuses", () => {
    const error = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    expect(signInError(error, "password").code).toBe("sign_in_unreachable");
    expect(signInError(Object.assign(new Error(), { name: "TimeoutError" }), "password").code).toBe(
      "sign_in_unreachable",
    );
  });

  it("tells a failure of the service's own", () => {
    const error = Object.assign(sdkError("InternalErrorException", "x"), {
      $metadata: { httpStatusCode: 500 },
    });
    expect(signInError(error, "password").code).toBe("sign_in_unavailable");
  });

  it("takes an answer that cannot be read for another service", () => {
    expect(signInError(new SyntaxError("Unexpected token <"), "password").code).toBe(
      "sign_in_unexpected_answer",
    );
  });

  it("attaches neither the error nor its answer, which may hold tokens", () => {
    const cause = Object.assign(new SyntaxError("x"), { $responseBodyText: "eyJ.secret" });
    const error = signInError(cause, "password");
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify(error)).not.toContain("eyJ");
  });

  it("shows no control characters of the service's message", () => {
    const error = signInError(
      sdkError("InvalidPasswordException", "no\x1b[2J\nno"),
      "new_password",
    );
    expect(error.message).toBe("The new password was not accepted: no no");
  });

  it("leaves an error that is already worded as it is", () => {
    const error = new AppError("x", "y", "z");
    expect(signInError(error, "password")).toBe(error);
  });
});

function sdkError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}
