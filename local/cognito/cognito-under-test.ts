import { createHmac, randomUUID } from "node:crypto";
import {
  type ChallengeNameType,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderServiceException,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { generateSync } from "otplib";
import { demoUsers } from "./demo-users.ts";
import { serveDomain } from "./managed-login/serve-domain.ts";
import { serveUserPool } from "./protocol/serve-user-pool.ts";
import { createUserPool, type UserPool, type UserPoolSettings } from "./user-pool.ts";
import type { UserProfile } from "./users.ts";

export const password = "Korrekt-Pferd-9";
export const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/** A confirmed user in no group, but for what is given. */
export function userNamed(username: string, more: Partial<UserProfile> = {}): UserProfile {
  return {
    username,
    subject: randomUUID(),
    groups: [],
    attributes: { email: `${username}@example.com`, email_verified: "true" },
    status: "CONFIRMED",
    enabled: true,
    ...more,
  };
}

/** A pool on a socket whose clock the test moves, and the unmodified SDK in front of it. */
export type CognitoUnderTest = Awaited<ReturnType<typeof startCognitoUnderTest>>;

export async function startCognitoUnderTest(overrides: Partial<UserPoolSettings> = {}) {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const pool = await createUserPool({
    region: "us-east-1",
    users: demoUsers(totpSecret),
    password,
    tokenSeconds: 900,
    retryGracePeriodSeconds: 0,
    requiredAttributes: ["email"],
    authFlows: ["USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH"],
    onMessage: () => {},
    callbackUrls: ["http://localhost:8765/callback"],
    boundResources: ["http://localhost:8080/mcp"],
    now,
    ...overrides,
  });
  const domain = await serveDomain(pool, 0);
  const { url, close } = await serveUserPool(pool, domain.url, 0);
  const sdk = new CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: url,
    maxAttempts: 1,
  });
  return {
    pool,
    url,
    domainUrl: domain.url,
    sdk,
    now,
    /** Moves the pool's clock. */
    advance: (seconds: number) => {
      ahead += seconds * 1000;
    },
    close: async () => {
      sdk.destroy();
      await Promise.all([close(), domain.close()]);
    },
    ...signInSteps(pool, sdk),
    /** A call without the SDK, for what the SDK would not send. */
    call: (operation: string, input: unknown) => post(url, operation, JSON.stringify(input)),
    post: (operation: string, body: string) => post(url, operation, body),
    totpCode: () => generateSync({ secret: totpSecret, epoch: Math.floor(now() / 1000) }),
  };
}

async function post(url: string, operation: string, body: string) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    body,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? null : (JSON.parse(text) as Record<string, unknown>),
  };
}

function signInSteps(pool: UserPool, sdk: CognitoIdentityProviderClient) {
  const { id: ClientId, secret: ClientSecret } = pool.secretClient;
  const secretHash = (username: string) =>
    createHmac("sha256", ClientSecret).update(`${username}${ClientId}`).digest("base64");
  return {
    secretHash,

    initiate: (username: string, usedPassword = password) =>
      sdk.send(
        new InitiateAuthCommand({
          AuthFlow: "USER_PASSWORD_AUTH",
          ClientId,
          AuthParameters: {
            USERNAME: username,
            PASSWORD: usedPassword,
            SECRET_HASH: secretHash(username),
          },
        }),
      ),

    respond: (
      ChallengeName: ChallengeNameType,
      username: string,
      Session: string | undefined,
      answer: Record<string, string>,
    ) =>
      sdk.send(
        new RespondToAuthChallengeCommand({
          ChallengeName,
          ClientId,
          Session,
          ChallengeResponses: {
            USERNAME: username,
            SECRET_HASH: secretHash(username),
            ...answer,
          },
        }),
      ),

    refresh: (RefreshToken: string, secret: string | undefined = ClientSecret) =>
      sdk.send(
        new GetTokensFromRefreshTokenCommand({ RefreshToken, ClientId, ClientSecret: secret }),
      ),

    revoke: (Token: string, secret: string | undefined = ClientSecret) =>
      sdk.send(new RevokeTokenCommand({ Token, ClientId, ClientSecret: secret })),

    getUser: (AccessToken: string) => sdk.send(new GetUserCommand({ AccessToken })),
  };
}

/** The tokens of an answer; fails when there are none. */
export function tokensOf(answer: {
  AuthenticationResult?:
    | {
        AccessToken?: string | undefined;
        IdToken?: string | undefined;
        RefreshToken?: string | undefined;
        ExpiresIn?: number | undefined;
      }
    | undefined;
}) {
  const result = answer.AuthenticationResult;
  if (!result?.AccessToken || !result.IdToken || !result.RefreshToken) {
    throw new Error("The answer holds no tokens");
  }
  const { AccessToken, IdToken, RefreshToken, ExpiresIn } = result;
  return { accessToken: AccessToken, idToken: IdToken, refreshToken: RefreshToken, ExpiresIn };
}

/** The error that a call is refused with, as name and message; fails when it is not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => null,
    (thrown: CognitoIdentityProviderServiceException) => thrown,
  );
  if (error === null) throw new Error("The call was not refused");
  if (error.$metadata?.httpStatusCode !== 400) throw error;
  return `${error.name}: ${error.message}`;
}
