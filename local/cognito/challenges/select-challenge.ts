import type { AuthParameters } from "../app-clients.ts";
import { invalidParameter, missingParameter } from "../cognito-error.ts";
import { requirePassword } from "../sign-in/password.ts";
import type { UserPool } from "../user-pool.ts";
import type { User } from "../users.ts";
import type { Question } from "./challenge.ts";
import { askDeliveredCode } from "./delivered-code.ts";
import { askPasswordProof } from "./password-verifier.ts";
import { mfaMethods } from "./second-factor.ts";

/** What a user may prove to be oneself with, first. */
const firstFactors = ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"] as const;
type FirstFactor = (typeof firstFactors)[number];

/**
 * Begins a choice-based sign-in (`USER_AUTH`): with the factor that the caller prefers where the user
 * has it, else with the question which it is to be.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html
 *
 * @param parameters the `AuthParameters`
 * @returns null when the password came along and was right
 */
export function beginWithChoice(
  pool: UserPool,
  user: User,
  parameters: AuthParameters,
): Question | null {
  const preferred = parameters.PREFERRED_CHALLENGE;
  const factor = availableFactors(user).find((name) => name === preferred);
  return factor === undefined
    ? askWhichFactor(pool, user)
    : beginFactor(pool, user, factor, parameters);
}

function askWhichFactor(pool: UserPool, user: User): Question {
  const available = availableFactors(user);
  return {
    name: "SELECT_CHALLENGE",
    stage: "first factor",
    parameters: {},
    availableChallenges: available,
    take(answer) {
      if (answer.ANSWER === undefined || answer.ANSWER === "") throw missingParameter("ANSWER");
      const factor = available.find((name) => name === answer.ANSWER);
      if (factor === undefined) throw invalidParameter("Invalid challenge selected");
      return beginFactor(pool, user, factor, answer);
    },
  };
}

// Whoever has a second factor begins with the password: a code by mail alone would replace both.
function availableFactors(user: User): readonly FirstFactor[] {
  if (mfaMethods(user).length > 0 || user.mustSetUpMfa) return ["PASSWORD", "PASSWORD_SRP"];
  const verified = (attribute: string) => user.attributes.get(`${attribute}_verified`) === "true";
  return firstFactors.filter(
    (name) =>
      name.startsWith("PASSWORD") || verified(name === "EMAIL_OTP" ? "email" : "phone_number"),
  );
}

function beginFactor(
  pool: UserPool,
  user: User,
  factor: FirstFactor,
  given: AuthParameters,
): Question | null {
  switch (factor) {
    case "EMAIL_OTP":
    case "SMS_OTP":
      return askDeliveredCode(pool, user, factor, "first factor");
    case "PASSWORD_SRP":
      return given.SRP_A === undefined
        ? askFor("PASSWORD_SRP", user, (answer) =>
            beginFactor(pool, user, factor, requireKey(answer, "SRP_A")),
          )
        : askPasswordProof(pool, user, given.SRP_A);
    case "PASSWORD":
      if (given.PASSWORD === undefined) {
        return askFor("PASSWORD", user, (answer) =>
          beginFactor(pool, user, factor, requireKey(answer, "PASSWORD")),
        );
      }
      requirePassword(pool, user, given.PASSWORD);
      return null;
  }
}

/** The caller named the way and brought nothing along for it. */
function askFor(name: FirstFactor, user: User, take: Question["take"]): Question {
  return { name, stage: "first factor", parameters: { USER_ID_FOR_SRP: user.username }, take };
}

function requireKey(answer: AuthParameters, name: string): AuthParameters {
  if (answer[name] === undefined || answer[name] === "") throw missingParameter(name);
  return answer;
}
