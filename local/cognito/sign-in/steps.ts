import type { AppClient, AuthParameters } from "../app-clients.ts";
import type { Question, SignInStage } from "../challenges/challenge.ts";
import { askNewPassword } from "../challenges/new-password-required.ts";
import { askSecondFactor } from "../challenges/second-factor.ts";
import { CognitoError, notAuthorized } from "../cognito-error.ts";
import type { UserPool } from "../user-pool.ts";
import { type User, userKey } from "../users.ts";

/** Where a sign-in stands: with a question that is open, or done. */
export type SignInStep =
  | {
      readonly kind: "challenge";
      readonly question: Question;
      /** What the answer has to carry. */
      readonly session: string;
    }
  | { readonly kind: "signed_in"; readonly user: User };

/**
 * Finds the user that a sign-in is for. With `PreventUserExistenceErrors` enabled, as here, an unknown
 * name is treated as a known one with another password: the same answers, the same work, the same
 * lockout.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
 *
 * @param username as the caller spelled it
 * @throws CognitoError for users who may not sign in at all; the real service looks at this before
 *   the password, so that even a wrong one brings these answers
 */
export function requireActiveUser(pool: UserPool, username: string): User {
  const user = pool.users.findOrDecoy(username);
  requireActive(user);
  if (user.status === "RESET_REQUIRED") {
    throw new CognitoError(
      "PasswordResetRequiredException",
      "Password reset required for the user",
    );
  }
  return user;
}

/**
 * Refuses users who may not sign in, or not any longer.
 *
 * @throws CognitoError
 */
export function requireActive(user: User): void {
  if (!user.enabled) throw notAuthorized("User is disabled.");
  if (user.status === "UNCONFIRMED") {
    throw new CognitoError("UserNotConfirmedException", "User is not confirmed.");
  }
}

/**
 * Takes a sign-in on after a stage of it is done, or leaves it open with a question of that stage.
 *
 * @param stage what the user has just passed, or is still in
 * @param question the question that is still to be answered in it; null when it is done
 */
export function proceed(
  pool: UserPool,
  client: AppClient,
  user: User,
  stage: SignInStage,
  question: Question | null,
): SignInStep {
  const next = question ?? questionAfter(pool, user, stage);
  if (next === null) return { kind: "signed_in", user };
  const binding = { username: userKey(user.username), clientId: client.id };
  return {
    kind: "challenge",
    question: next,
    session: pool.sessions.start(binding, next, pool.now()),
  };
}

function questionAfter(pool: UserPool, user: User, stage: SignInStage): Question | null {
  if (stage === "second factor") return null;
  if (stage === "first factor" && user.status === "FORCE_CHANGE_PASSWORD") {
    return askNewPassword(pool, user);
  }
  return askSecondFactor(pool, user);
}

const sessionMessages = {
  unknown: "Invalid session for the user.",
  used: "Invalid session for the user, session can only be used once.",
  expired: "Invalid session for the user, session is expired.",
} as const;

/**
 * Judges the answer to a challenge and takes the sign-in on.
 *
 * @param given.username as the caller spelled it
 * @param given.challenge the challenge's name
 * @param given.session what came with the question
 * @param given.answer what the challenge asked for
 * @throws CognitoError when session or answer are not taken; nothing has changed then
 */
export function answerChallenge(
  pool: UserPool,
  client: AppClient,
  given: { username: string; challenge: string; session: string; answer: AuthParameters },
): SignInStep {
  const { challenge } = given;
  const binding = { username: userKey(given.username), clientId: client.id, challenge };
  const opened = pool.sessions.open(given.session, binding, pool.now());
  if (opened.kind !== "open") throw notAuthorized(sessionMessages[opened.kind]);
  const { question } = opened.session;
  const user = requireActiveUser(pool, given.username);
  const next = question.take(given.answer);
  opened.session.used = true;
  return proceed(pool, client, user, question.stage, next);
}
