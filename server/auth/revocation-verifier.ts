import { userAdminScope } from "@cleanauth/common/scopes-and-groups.ts";
import type { TokenVerifier, Verification } from "./cognito-verifier.ts";

/** Asks Cognito whether a token still holds; throws what the AWS SDK throws. */
export type AskCognito = (token: string) => Promise<unknown>;

/** So long nobody is asked after Cognito was out of reach or has throttled us. */
const pauseMilliseconds = 2_000;
const retryAfterSeconds = 5;

/**
 * Verifies offline first, and then asks Cognito, which alone knows that a user was signed out
 * everywhere, disabled or deleted, or that a token was revoked. The token goes to nobody but its own
 * issuer, and only once its signature has shown that this is Cognito.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html
 *
 * @param offline decides about everything that the token itself says
 * @param ask usually {@link getUserAt}
 * @param now milliseconds that no change of the clock moves
 */
export function withRevocation(
  offline: TokenVerifier,
  ask: AskCognito,
  now: () => number = () => performance.now(),
): TokenVerifier {
  let noCallBefore = Number.NEGATIVE_INFINITY;
  return {
    issuer: offline.issuer,
    checks: [...offline.checks, "not revoked: GetUser at Cognito takes the token"],
    async verify(token) {
      const verification = await offline.verify(token);
      if (verification.outcome !== "accepted") return verification;
      if (!verification.caller.scopes.includes(userAdminScope)) return lacksScope;
      if (now() < noCallBefore) return unavailable;
      try {
        await ask(token);
        return verification;
      } catch (error) {
        const judged = judgeGetUserFailure(error);
        if (judged.outcome === "unavailable") noCallBefore = now() + pauseMilliseconds;
        return judged;
      }
    },
  };
}

/**
 * Tells a refusal of Cognito's from a failure to get an answer. Whatever is not known to be a refusal
 * lets nobody in either, but is not blamed on the caller.
 *
 * @param error what the AWS SDK threw
 */
export function judgeGetUserFailure(error: unknown): Verification {
  const name = error instanceof Error ? error.name : "";
  return refusals.has(name) ? revoked : unavailable;
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html
const refusals = new Set([
  "NotAuthorizedException",
  "PasswordResetRequiredException",
  "UserNotConfirmedException",
  "UserNotFoundException",
]);

const unavailable: Verification = { outcome: "unavailable", retryAfterSeconds };

const revoked: Verification = {
  outcome: "refused",
  reason: "revoked",
  description: "The token was revoked, or its user may no longer sign in",
};

const lacksScope: Verification = {
  outcome: "refused",
  reason: "no-revocation-check",
  description:
    `The token lacks the scope ${userAdminScope}, ` +
    "without which this server cannot find out whether it was revoked",
};

/**
 * Makes the call of `GetUser` with the AWS SDK, which is loaded here and not before: a server that
 * verifies offline does without it. The call is authorised by the token alone, so the server needs no
 * AWS credentials.
 *
 * @param region where the pool is
 * @param standInUrl the stand-in to ask in local mode
 */
export function getUserAt(region: string, standInUrl: string | null): AskCognito {
  const loading = load();
  // Whoever asks first is told; until then nobody listens.
  loading.catch(() => {});
  return async (token) => {
    const { client, GetUserCommand } = await loading;
    await client.send(new GetUserCommand({ AccessToken: token }));
  };

  async function load() {
    const sdk = await import("@aws-sdk/client-cognito-identity-provider");
    const client = new sdk.CognitoIdentityProviderClient({
      region,
      ...(standInUrl !== null && { endpoint: standInUrl }),
      maxAttempts: 2,
      // A caller waits for this answer.
      requestHandler: {
        connectionTimeout: 1_000,
        requestTimeout: 3_000,
        throwOnRequestTimeout: true,
      },
    });
    return { client, GetUserCommand: sdk.GetUserCommand };
  }
}
