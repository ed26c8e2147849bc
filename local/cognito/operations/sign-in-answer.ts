import type { AppClient } from "../app-clients.ts";
import type { SignInStep } from "../sign-in/steps.ts";
import { issueTokens } from "../tokens.ts";
import type { UserPool } from "../user-pool.ts";

/**
 * Words a step of a sign-in as the API does: the next challenge, or the tokens.
 *
 * @returns the answer's body
 */
export async function signInAnswer(
  pool: UserPool,
  client: AppClient,
  step: SignInStep,
): Promise<object> {
  if (step.kind === "challenge") {
    const { name, parameters, session } = step;
    return { ChallengeName: name, ChallengeParameters: parameters, Session: session };
  }
  const now = pool.now();
  const { signIn, refreshToken } = pool.refreshTokens.start(step.user.username, client.id, now);
  const tokens = await issueTokens(pool.tokenSettings, step.user, signIn, now);
  return {
    AuthenticationResult: { ...tokens, RefreshToken: refreshToken },
    ChallengeParameters: {},
  };
}
