import type { CognitoClientSettings } from "../config.ts";
import {
  attributeResponses,
  type CognitoStep,
  decideStep,
  type IssuedTokens,
  unexpectedAnswer,
} from "./cognito-answer.ts";
import { signInError } from "./cognito-error.ts";
import { secretHash } from "./secret-hash.ts";
import type { ChallengeAnswer } from "./sign-in.ts";

/** The calls to Cognito that signing in takes. None needs AWS credentials. */
export interface CognitoCalls {
  /** @throws AppError `sign_in_…` or `configuration_…`, like all of them */
  initiateAuth(username: string, password: string): Promise<CognitoStep>;
  respondToChallenge(
    pending: { session: string; username: string },
    answer: ChallengeAnswer,
  ): Promise<CognitoStep>;
  refresh(refreshToken: string): Promise<IssuedTokens>;
  revoke(refreshToken: string, signal: AbortSignal): Promise<void>;
}

/**
 * Makes the calls to Cognito with the AWS SDK, which is loaded by the first call and not before: a
 * screen is there sooner without it.
 *
 * @param settings the pool's region, the app client and its secret, if it has one
 * @param insecure whether a password may go over plain HTTP to another machine
 */
export function createCognitoCalls(
  settings: CognitoClientSettings,
  insecure: boolean,
): CognitoCalls {
  const { clientId, clientSecret } = settings;
  let loading: ReturnType<typeof load> | undefined;

  async function load() {
    const sdk = await import("@aws-sdk/client-cognito-identity-provider");
    const { createRequestHandler } = await import("../aws-request-handler.ts");
    const client = new sdk.CognitoIdentityProviderClient({
      region: settings.region,
      requestHandler: createRequestHandler({
        service: "Cognito",
        variable: "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
        insecure,
        answerMilliseconds: 15_000,
        silenceMilliseconds: 15_000,
      }),
    });
    return { sdk, client };
  }

  function loaded() {
    loading ??= load();
    return loading;
  }

  function hashFor(username: string): { SECRET_HASH?: string } {
    if (clientSecret === undefined) return {};
    return { SECRET_HASH: secretHash(username, clientId, clientSecret) };
  }

  return {
    async initiateAuth(username, password) {
      const { sdk, client } = await loaded();
      const command = new sdk.InitiateAuthCommand({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId: clientId,
        AuthParameters: { USERNAME: username, PASSWORD: password, ...hashFor(username) },
      });
      const answer = await client.send(command).catch((error) => {
        throw signInError(error, "password");
      });
      return decideStep(answer, username);
    },

    async respondToChallenge({ session, username }, answer) {
      const { sdk, client } = await loaded();
      const command = new sdk.RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: answer.name,
        Session: session,
        ChallengeResponses: {
          USERNAME: username,
          ...hashFor(username),
          ...responsesOf(answer),
        },
      });
      const next = await client.send(command).catch((error) => {
        throw signInError(error, "challenge");
      });
      return decideStep(next, username);
    },

    async refresh(refreshToken) {
      const { sdk, client } = await loaded();
      // Not REFRESH_TOKEN_AUTH: that one is refused where refresh tokens are rotated.
      const command = new sdk.GetTokensFromRefreshTokenCommand({
        ClientId: clientId,
        RefreshToken: refreshToken,
        ...(clientSecret === undefined ? {} : { ClientSecret: clientSecret }),
      });
      const answer = await client.send(command).catch((error) => {
        throw signInError(error, "refresh");
      });
      const step = decideStep(answer, "");
      if (step.kind !== "signed_in") throw unexpectedAnswer();
      return step.issued;
    },

    async revoke(refreshToken, signal) {
      const { sdk, client } = await loaded();
      const command = new sdk.RevokeTokenCommand({
        ClientId: clientId,
        Token: refreshToken,
        ...(clientSecret === undefined ? {} : { ClientSecret: clientSecret }),
      });
      await client.send(command, { abortSignal: signal }).catch((error) => {
        throw signInError(error, "refresh");
      });
    },
  };
}

function responsesOf(answer: ChallengeAnswer): Record<string, string> {
  if (answer.name === "SOFTWARE_TOKEN_MFA") return { SOFTWARE_TOKEN_MFA_CODE: answer.code };
  return { NEW_PASSWORD: answer.newPassword, ...attributeResponses(answer.attributes ?? {}) };
}
