import type { AppClient } from "../app-clients.ts";
import { challenges } from "../challenges/challenges.ts";
import { CognitoError, notAuthorized } from "../cognito-error.ts";
import { issueTokens } from "../tokens.ts";
import type { UserPool } from "../user-pool.ts";
import { type User, userKey } from "../users.ts";

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
 * Takes a sign-in on: to the next challenge that the user has to answer, or else to tokens.
 *
 * @param answered the challenge that was just answered; null after the password
 * @returns the answer's body
 */
export async function continueSignIn(
  pool: UserPool,
  client: AppClient,
  user: User,
  answered: string | null,
): Promise<object> {
  const done = challenges.findIndex(({ name }) => name === answered) + 1;
  const next = challenges.slice(done).find((challenge) => challenge.isAskedOf(user));
  const now = pool.now();
  if (next !== undefined) {
    const username = userKey(user.username);
    return {
      ChallengeName: next.name,
      ChallengeParameters: next.parameters(pool, user),
      Session: pool.sessions.start({ username, clientId: client.id, challenge: next.name }, now),
    };
  }
  const { signIn, refreshToken } = pool.refreshTokens.start(user.username, client.id, now);
  const tokens = await issueTokens(pool.tokenSettings, user, signIn, now);
  return {
    AuthenticationResult: { ...tokens, RefreshToken: refreshToken },
    ChallengeParameters: {},
  };
}
