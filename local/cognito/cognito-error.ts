/**
 * An error as Cognito's API words it: the exception's name, the HTTP status and the message reach
 * the caller as they are.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
 */
export class CognitoError extends Error {
  readonly exception: string;
  readonly status: number;

  /**
   * @param exception the name as the SDK knows it, for instance `NotAuthorizedException`
   * @param message what Cognito says; empty when the service sends the name alone
   * @param status the HTTP status; 400 for everything that is the caller's fault
   */
  constructor(exception: string, message: string, status = 400) {
    super(message);
    this.name = "CognitoError";
    this.exception = exception;
    this.status = status;
  }
}

/** The caller may not do that: wrong password, spent session, revoked token, wrong secret. */
export function notAuthorized(message: string): CognitoError {
  return new CognitoError("NotAuthorizedException", message);
}

/** A parameter is missing, ill-formed or not allowed for this app client. */
export function invalidParameter(message: string): CognitoError {
  return new CognitoError("InvalidParameterException", message);
}

/** A key of `AuthParameters` or `ChallengeResponses` that a flow cannot do without is not there. */
export function missingParameter(name: string): CognitoError {
  return invalidParameter(`Missing required parameter ${name}`);
}
