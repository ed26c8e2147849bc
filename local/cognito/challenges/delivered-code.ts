import { isSameText } from "../app-clients.ts";
import { CognitoError, missingParameter, notAuthorized } from "../cognito-error.ts";
import { createCode, deliver, type Medium } from "../delivery.ts";
import type { UserPool } from "../user-pool.ts";
import type { User } from "../users.ts";
import type { Question, SignInStage } from "./challenge.ts";

/** The challenges that a code by mail or SMS answers. */
export type DeliveredCodeName = "SMS_MFA" | "SMS_OTP" | "EMAIL_OTP";

/**
 * Sends a code and asks for it. It holds as long as its session, and a wrong one may be corrected
 * until the user is locked out.
 *
 * @param stage a one-time password in place of a password, or a second factor after it
 */
export function askDeliveredCode(
  pool: UserPool,
  user: User,
  name: DeliveredCodeName,
  stage: SignInStage,
): Question {
  const medium: Medium = name === "EMAIL_OTP" ? "EMAIL" : "SMS";
  const code = createCode(name === "SMS_MFA" ? 6 : 8);
  const { DeliveryMedium, Destination } = deliver(pool, user, { medium, purpose: name, code });
  const member = `${name}_CODE`;
  return {
    name,
    stage,
    parameters: {
      CODE_DELIVERY_DELIVERY_MEDIUM: DeliveryMedium,
      CODE_DELIVERY_DESTINATION: Destination,
      USER_ID_FOR_SRP: user.username,
    },
    take(answer) {
      const given = answer[member];
      if (given === undefined || given === "") throw missingParameter(member);
      const now = pool.now();
      if (!user.codeAttempts.begin(now)) throw notAuthorized("Password attempts exceeded");
      if (!isSameText(given, code)) {
        user.codeAttempts.fail(now);
        throw new CognitoError("CodeMismatchException", "Invalid code or auth state for the user.");
      }
      user.codeAttempts.succeed();
      return null;
    },
  };
}
