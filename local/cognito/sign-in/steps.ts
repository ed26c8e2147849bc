import type { AppClient, AuthParameters } from "../app-clients.ts";
import { challenges } from "../challenges/challenges.ts";
import { CognitoError, notAuthorized } from "../cognito-error.ts";
import type { UserPool } from "../user-pool.ts";
import { type User, userKey } from "../users.ts";

/** Where a sign-in stands: with a question that is open, or done. */
export type SignInStep =
  | {
      readonly kind: "challenge";
      readonly name: string;
      readonly parameters: Record<string, string>;
      /** What the answer has to carry. */
      readonly session: string;
    }
  | { readonly kind: "signed_in"; readonly user: User };

/**
 * Refuses users who may not sign in at all. The real service looks at this before the password, so
 * that even a wrong password brings these answers.
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
 * Takes a sign-in on: to the next challenge that the user has to answer, or to its end.
 *
 * @param answered the challenge that was just answered; null after the password
 */
export function nextStep(
  pool: UserPool,
  client: AppClient,
  user: User,
  answered: string | null,
): SignInStep {
  const done = challenges.findIndex(({ name }) => name === answered) + 1;
  const next = challenges.slice(done).find((challenge) => challenge.isAskedOf(user));
  if (next === undefined) return { kind: "signed_in", user };
  const binding = {
    username: userKey(user.username),
    clientId: client.id,
    challenge: next.name,
  };
  return {
    kind: "challenge",
    name: next.name,
    parameters: next.parameters(pool, user),
    session: pool.sessions.start(binding, pool.now()),
  };
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
export async function answerChallenge(
  pool: UserPool,
  client: AppClient,
  given: { username: string; challenge: string; session: string; answer: AuthParameters },
): Promise<SignInStep> {
  const key = userKey(given.username);
  const user = await pool.stepQueue.run(key, async () => {
    const binding = { username: key, clientId: client.id, challenge: given.challenge };
    const opened = pool.sessions.open(given.session, binding, pool.now());
    if (opened.kind !== "open") throw notAuthorized(sessionMessages[opened.kind]);
    const asked = pool.users.find(given.username);
    const challenge = challenges.find(({ name }) => name === given.challenge);
    // Another session may have answered in the meantime: whoever still holds a session from the
    // days of a temporary password must not set the password once more.
    if (asked === undefined || !challenge?.isAskedOf(asked)) {
      throw notAuthorized(sessionMessages.unknown);
    }
    requireActive(asked);
    await challenge.take(pool, asked, given.answer);
    opened.session.used = true;
    return asked;
  });
  return nextStep(pool, client, user, given.challenge);
}
