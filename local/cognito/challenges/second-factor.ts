import { invalidParameter, missingParameter } from "../cognito-error.ts";
import type { UserPool } from "../user-pool.ts";
import type { MfaMethod, User } from "../users.ts";
import type { Question } from "./challenge.ts";
import { askDeliveredCode } from "./delivered-code.ts";
import { askMfaSetup } from "./mfa-setup.ts";
import { askSoftwareTokenCode } from "./software-token-mfa.ts";

/**
 * What a user is asked after the password: a code of the one method that there is, which of several
 * it is to be, or to set one up.
 *
 * @returns null when the user has no second factor and needs none
 */
export function askSecondFactor(pool: UserPool, user: User): Question | null {
  const [first, ...others] = mfaMethods(user);
  if (first === undefined) return user.mustSetUpMfa ? askMfaSetup(pool, user) : null;
  return others.length === 0 ? askMethod(pool, user, first) : askWhichMethod(pool, user);
}

/** The second factors that a user has set up. */
export function mfaMethods(user: User): readonly MfaMethod[] {
  return [
    ...(user.softwareToken === null ? [] : ["SOFTWARE_TOKEN_MFA" as const]),
    ...user.mfaByCode,
  ];
}

function askWhichMethod(pool: UserPool, user: User): Question {
  return {
    name: "SELECT_MFA_TYPE",
    stage: "second factor",
    parameters: {
      MFAS_CAN_CHOOSE: JSON.stringify(mfaMethods(user)),
      USER_ID_FOR_SRP: user.username,
    },
    take({ ANSWER: chosen }) {
      if (chosen === undefined || chosen === "") throw missingParameter("ANSWER");
      const method = mfaMethods(user).find((name) => name === chosen);
      if (method === undefined) throw invalidParameter("Invalid MFA type selected");
      return askMethod(pool, user, method);
    },
  };
}

function askMethod(pool: UserPool, user: User, method: MfaMethod): Question {
  return method === "SOFTWARE_TOKEN_MFA"
    ? askSoftwareTokenCode(pool, user)
    : askDeliveredCode(pool, user, method, "second factor");
}
