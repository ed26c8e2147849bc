import type { CognitoClientSettings } from "../config.ts";
import { createExchange, type ExchangeObserver } from "../exchange.ts";
import {
  attributeResponses,
  type CognitoStep,
  decideStep,
  type IssuedTokens,
  unexpectedAnswer,
} from "./cognito-answer.ts";
import { type SignInStage, signInError } from "./cognito-error.ts";
import { cognitoDetails } from "./cognito-exchange.ts";
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
 * @param onExchange told what is asked and answered
 */
export function createCognitoCalls(
  settings: CognitoClientSettings,
  insecure: boolean,
  onExchange?: ExchangeObserver,
): CognitoCalls {
  const { clientId, clientSecret } = settings;
  const exchange = createExchange(onExchange);
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

  /** Sends one request, and records it and what came of it. */
  async function send<Output>(
    operation: string,
    input: object,
    stage: SignInStage,
    call: () => Promise<Output>,
  ): Promise<Output> {
    const tellAnswer = exchange("Cognito", operation, cognitoDetails(input));
    try {
      const output = await call();
      const details = cognitoDetails(output);
      tellAnswer("ok", details.ChallengeName ?? "ok", details);
      return output;
    } catch (error) {
      const worded = signInError(error, stage);
      const { name, $metadata } = error as { name?: unknown; $metadata?: unknown };
      const isRefusal = $metadata !== undefined && typeof name === "string";
      tellAnswer(isRefusal ? "refused" : "failed", isRefusal ? name : worded.code, {
        message: worded.message,
      });
      throw worded;
    }
  }

  function hashFor(username: string): { SECRET_HASH?: string } {
    if (clientSecret === undefined) return {};
    return { SECRET_HASH: secretHash(username, clientId, clientSecret) };
  }

  return {
    async initiateAuth(username, password) {
      const { sdk, client } = await loaded();
      const input = {
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId: clientId,
        AuthParameters: { USERNAME: username, PASSWORD: password, ...hashFor(username) },
      } as const;
      const answer = await send("InitiateAuth", input, "password", () =>
        client.send(new sdk.InitiateAuthCommand(input)),
      );
      return decideStep(answer, username);
    },

    async respondToChallenge({ session, username }, answer) {
      const { sdk, client } = await loaded();
      const input = {
        ClientId: clientId,
        ChallengeName: answer.name,
        Session: session,
        ChallengeResponses: {
          USERNAME: username,
          ...hashFor(username),
          ...responsesOf(answer),
        },
      } as const;
      const next = await send("RespondToAuthChallenge", input, "challenge", () =>
        client.send(new sdk.RespondToAuthChallengeCommand(input)),
      );
      return decideStep(next, username);
    },

    async refresh(refreshToken) {
      const { sdk, client } = await loaded();
      // Not REFRESH_TOKEN_AUTH: that one is refused where refresh tokens are rotated.
      const input = {
        ClientId: clientId,
        RefreshToken: refreshToken,
        ...(clientSecret === undefined ? {} : { ClientSecret: clientSecret }),
      } as const;
      const answer = await send("GetTokensFromRefreshToken", input, "refresh", () =>
        client.send(new sdk.GetTokensFromRefreshTokenCommand(input)),
      );
      const step = decideStep(answer, "");
      if (step.kind !== "signed_in") throw unexpectedAnswer();
      return step.issued;
    },

    async revoke(refreshToken, signal) {
      const { sdk, client } = await loaded();
      const input = {
        ClientId: clientId,
        Token: refreshToken,
        ...(clientSecret === undefined ? {} : { ClientSecret: clientSecret }),
      } as const;
      await send("RevokeToken", input, "refresh", () =>
        client.send(new sdk.RevokeTokenCommand(input), { abortSignal: signal }),
      );
    },
  };
}

function responsesOf(answer: ChallengeAnswer): Record<string, string> {
  if (answer.name === "SOFTWARE_TOKEN_MFA") return { SOFTWARE_TOKEN_MFA_CODE: answer.code };
  return { NEW_PASSWORD: answer.newPassword, ...attributeResponses(answer.attributes ?? {}) };
}
