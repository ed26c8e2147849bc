import { CognitoError, notAuthorized } from "../cognito-error.ts";
import { createSoftwareToken, randomTokenSecret, spendCode } from "../software-token.ts";
import type { UserPool } from "../user-pool.ts";
import type { User } from "../users.ts";
import type { Question } from "./challenge.ts";

/** A question that two operations prepare the answer of. */
export interface MfaSetup extends Question {
  readonly name: "MFA_SETUP";
  /** The secret that the app is to be set up with; null before {@link associate}. */
  readonly secret: string | null;
  /** Makes a secret for an authenticator app, base32; an earlier one is forgotten. */
  associate(): string;
  /**
   * Takes the app's first code.
   *
   * @throws CognitoError `EnableSoftwareTokenMFAException` for a wrong one
   */
  verify(code: string): void;
}

/**
 * Asked of a user who needs a second factor and has none: `AssociateSoftwareToken` gives a secret,
 * `VerifySoftwareToken` takes a code of it, and then the answer to this goes through.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
 */
export function askMfaSetup(pool: UserPool, user: User): MfaSetup {
  let secret: string | null = null;
  let isVerified = false;
  const notSetUp = () =>
    new CognitoError(
      "SoftwareTokenMFANotFoundException",
      "Software Token MFA has not been enabled by the userPool user",
    );
  return {
    name: "MFA_SETUP",
    stage: "second factor",
    parameters: {
      MFAS_CAN_SETUP: JSON.stringify(["SOFTWARE_TOKEN_MFA"]),
      USER_ID_FOR_SRP: user.username,
    },
    get secret() {
      return secret;
    },
    associate() {
      secret = randomTokenSecret();
      return secret;
    },
    verify(code) {
      if (secret === null) throw notSetUp();
      // Another session may have set one up in the meantime; that one stays.
      if (user.softwareToken !== null) throw notAuthorized("Invalid session for the user.");
      const now = pool.now();
      if (!user.codeAttempts.begin(now)) throw notAuthorized("Password attempts exceeded");
      const token = createSoftwareToken(secret);
      if (spendCode(token, code, now) !== "accepted") {
        user.codeAttempts.fail(now);
        throw new CognitoError(
          "EnableSoftwareTokenMFAException",
          "Code mismatch and fail enable Software Token MFA",
        );
      }
      user.codeAttempts.succeed();
      user.softwareToken = token;
      isVerified = true;
    },
    take() {
      if (!isVerified) throw notSetUp();
      return null;
    },
  };
}

/** Whether a question is one that an authenticator app can be set up for. */
export function isMfaSetup(question: Question): question is MfaSetup {
  return question.name === "MFA_SETUP";
}
