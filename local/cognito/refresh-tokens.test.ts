import {
  GetTokensFromRefreshTokenCommand,
  GlobalSignOutCommand,
  RevokeTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CognitoUnderTest,
  refusalOf,
  startCognitoUnderTest,
  tokensOf,
  userNamed,
} from "./cognito-under-test.ts";

const users = [userNamed("demo"), userNamed("admin")];

let cognito: CognitoUnderTest;

beforeAll(async () => {
  cognito = await startCognitoUnderTest({ users });
});
afterAll(() => cognito.close());

const signIn = async (username = "demo") => tokensOf(await cognito.initiate(username));

describe("GetTokensFromRefreshToken", () => {
  test("gives new tokens of the same sign-in, and a refresh token that works in turn", async () => {
    const first = await signIn();
    cognito.advance(60);
    const second = tokensOf(await cognito.refresh(first.refreshToken));
    const third = tokensOf(await cognito.refresh(second.refreshToken));
    const [before, after] = [decodeJwt(first.accessToken), decodeJwt(third.accessToken)];
    for (const claim of ["sub", "origin_jti", "event_id", "auth_time", "username", "client_id"]) {
      expect(after[claim]).toBe(before[claim]);
    }
    expect(after.jti).not.toBe(before.jti);
    expect((after.iat ?? 0) - (before.iat ?? 0)).toBeGreaterThanOrEqual(60);
    expect(third.refreshToken).not.toBe(second.refreshToken);
  });

  test("refuses a token that was rotated out, and leaves its successor alone", async () => {
    const { refreshToken } = await signIn();
    const next = tokensOf(await cognito.refresh(refreshToken));
    expect(await refusalOf(cognito.refresh(refreshToken))).toBe(
      "RefreshTokenReuseException: Refresh token reuse detected",
    );
    tokensOf(await cognito.refresh(next.refreshToken));
  });

  test("gives one answer to a token that is used many times at once", async () => {
    const { refreshToken } = await signIn();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => cognito.refresh(refreshToken)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("takes a rotated token again within the grace period, counted from its first use", async () => {
    const lenient = await startCognitoUnderTest({ users, retryGracePeriodSeconds: 30 });
    const { refreshToken } = tokensOf(await lenient.initiate("demo"));
    await lenient.refresh(refreshToken);
    lenient.advance(20);
    const retried = tokensOf(await lenient.refresh(refreshToken));
    lenient.advance(11);
    expect(await refusalOf(lenient.refresh(refreshToken))).toMatch(/^RefreshTokenReuseException/);
    tokensOf(await lenient.refresh(retried.refreshToken));
    await lenient.close();
  });

  test("demands the client's secret", async () => {
    const { refreshToken } = await signIn();
    const { id } = cognito.pool.secretClient;
    expect(await refusalOf(cognito.refresh(refreshToken, "wrong"))).toBe(
      `NotAuthorizedException: Unable to verify secret hash for client ${id}`,
    );
    const command = new GetTokensFromRefreshTokenCommand({
      RefreshToken: refreshToken,
      ClientId: id,
    });
    expect(await refusalOf(cognito.sdk.send(command))).toBe(
      `NotAuthorizedException: Client ${id} is configured for secret but secret was not received`,
    );
    tokensOf(await cognito.refresh(refreshToken));
  });

  test("does not know another client's token, an access token, or one made up", async () => {
    const { refreshToken, accessToken } = await signIn();
    const invalid = "NotAuthorizedException: Invalid Refresh Token";
    const elsewhere = new GetTokensFromRefreshTokenCommand({
      RefreshToken: refreshToken,
      ClientId: cognito.pool.publicClient.id,
    });
    expect(await refusalOf(cognito.sdk.send(elsewhere))).toBe(invalid);
    expect(await refusalOf(cognito.refresh(accessToken))).toBe(invalid);
    expect(await refusalOf(cognito.refresh("made.up"))).toBe(invalid);
    expect(await refusalOf(cognito.refresh("not a token"))).toBe(
      "InvalidParameterException: 1 validation error detected: Value at 'refreshToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+",
    );
  });

  test("refuses once 30 days have passed since the sign-in, however often it was rotated", async () => {
    const own = await startCognitoUnderTest({ users });
    let { refreshToken } = tokensOf(await own.initiate("demo"));
    own.advance(29 * 86_400);
    ({ refreshToken } = tokensOf(await own.refresh(refreshToken)));
    own.advance(86_400);
    expect(await refusalOf(own.refresh(refreshToken))).toBe(
      "NotAuthorizedException: Refresh Token has expired",
    );
    await own.close();
  });

  test("refuses a user who has been disabled since", async () => {
    const own = await startCognitoUnderTest({ users });
    const { refreshToken, accessToken } = tokensOf(await own.initiate("demo"));
    const user = own.pool.users.find("demo");
    if (user !== undefined) user.enabled = false;
    expect(await refusalOf(own.refresh(refreshToken))).toMatch(/User is disabled/);
    expect(await refusalOf(own.getUser(accessToken))).toMatch(/User is disabled/);
    await own.close();
  });
});

describe("RevokeToken", () => {
  test("ends a sign-in: its access token, its refresh token, and nothing else", async () => {
    const [revoked, other] = [await signIn(), await signIn()];
    const refreshed = tokensOf(await cognito.refresh(revoked.refreshToken));
    await cognito.revoke(refreshed.refreshToken);
    for (const { accessToken } of [revoked, refreshed]) {
      expect(await refusalOf(cognito.getUser(accessToken))).toBe(
        "NotAuthorizedException: Access Token has been revoked",
      );
    }
    expect(await refusalOf(cognito.refresh(refreshed.refreshToken))).toBe(
      "NotAuthorizedException: Refresh Token has been revoked",
    );
    await cognito.getUser(other.accessToken);
    tokensOf(await cognito.refresh(other.refreshToken));
  });

  test("answers with an empty body, also to a token that it does not know", async () => {
    const { id, secret } = cognito.pool.secretClient;
    const input = { Token: "unheard.of", ClientId: id, ClientSecret: secret };
    expect(await cognito.call("RevokeToken", input)).toMatchObject({ status: 200, body: null });
  });

  test("demands the client's secret", async () => {
    const { refreshToken } = await signIn();
    const refusal = "UnauthorizedException: Invalid client or secret";
    expect(await refusalOf(cognito.revoke(refreshToken, "wrong"))).toBe(refusal);
    const command = new RevokeTokenCommand({
      Token: refreshToken,
      ClientId: cognito.pool.secretClient.id,
    });
    expect(await refusalOf(cognito.sdk.send(command))).toBe(refusal);
    tokensOf(await cognito.refresh(refreshToken));
  });

  test("does nothing to another client's token, and takes none but refresh tokens", async () => {
    const { refreshToken, accessToken } = await signIn();
    await cognito.sdk.send(
      new RevokeTokenCommand({ Token: refreshToken, ClientId: cognito.pool.publicClient.id }),
    );
    tokensOf(await cognito.refresh(refreshToken));
    expect(await refusalOf(cognito.revoke(accessToken))).toMatch(/^UnsupportedTokenTypeException/);
    await cognito.getUser(accessToken);
  });
});

describe("GlobalSignOut", () => {
  test("ends every sign-in of that user and of nobody else", async () => {
    const [first, second, admin] = [await signIn(), await signIn(), await signIn("admin")];
    await cognito.sdk.send(new GlobalSignOutCommand({ AccessToken: first.accessToken }));
    for (const { accessToken, refreshToken } of [first, second]) {
      expect(await refusalOf(cognito.getUser(accessToken))).toMatch(/has been revoked$/);
      expect(await refusalOf(cognito.refresh(refreshToken))).toMatch(/has been revoked$/);
    }
    await cognito.getUser(admin.accessToken);
    await cognito.getUser((await signIn()).accessToken);
  });

  test("refuses a token that is no longer good", async () => {
    const { accessToken } = await signIn();
    const signOut = () => cognito.sdk.send(new GlobalSignOutCommand({ AccessToken: accessToken }));
    await signOut();
    expect(await refusalOf(signOut())).toBe(
      "NotAuthorizedException: Access Token has been revoked",
    );
  });
});
