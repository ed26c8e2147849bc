import { CognitoError, missingParameter, notAuthorized } from "../cognito-error.ts";
import { spendCode } from "../software-token.ts";
import type { UserPool } from "../user-pool.ts";
import type { User } from "../users.ts";
import type { Question } from "./challenge.ts";

/**
 * Asked of a user who has an authenticator app. A wrong code may be corrected within the same
 * session; after five of them the user is locked out as after five wrong passwords.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
 */
export function askSoftwareTokenCode(pool: UserPool, user: User): Question {
  return {
    name: "SOFTWARE_TOKEN_MFA",
    stage: "second factor",
    parameters: { FRIENDLY_DEVICE_NAME: "authenticator", USER_ID_FOR_SRP: user.username },
    take(answer) {
      const code = answer.SOFTWARE_TOKEN_MFA_CODE;
      if (code === undefined || code === "") throw missingParameter("SOFTWARE_TOKEN_MFA_CODE");
      const now = pool.now();
      if (!user.codeAttempts.begin(now)) throw notAuthorized("Password attempts exceeded");
      const verdict =
        user.softwareToken === null ? "mismatch" : spendCode(user.softwareToken, code, now);
      if (verdict === "already_used") {
        throw new CognitoError(
          "ExpiredCodeException",
          "Your software token has already been used once.",
        );
      }
      if (verdict === "mismatch") {
        user.codeAttempts.fail(now);
        throw new CognitoError("CodeMismatchException", "Invalid code received for user");
      }
      user.codeAttempts.succeed();
      return null;
    },
  };
}
