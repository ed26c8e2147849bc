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
    const { question, session } = step;
    const { name, parameters, availableChallenges } = question;
    return {
      ChallengeName: name,
      ChallengeParameters: parameters,
      ...(question.session === undefined ? { Session: session } : {}),
      ...(availableChallenges === undefined ? {} : { AvailableChallenges: availableChallenges }),
    };
  }
  // Whoever gets here has shown something that a name without a user does not have.
  if (step.user.isDecoy) throw new Error("A decoy was about to sign in");
  const now = pool.now();
  const { signIn, refreshToken } = pool.refreshTokens.start(step.user.username, client.id, now);
  const tokens = await issueTokens(pool.tokenSettings, step.user, signIn, now);
  return {
    AuthenticationResult: { ...tokens, RefreshToken: refreshToken },
    ChallengeParameters: {},
  };
}
