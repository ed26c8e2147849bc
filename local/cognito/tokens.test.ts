import {
  CognitoIdentityProviderClient,
  GetTokensFromRefreshTokenCommand,
  GlobalSignOutCommand,
  RevokeTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import type { Jwks } from "aws-jwt-verify/jwk";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CognitoUnderTest,
  refusalOf,
  startCognitoUnderTest,
  tokensOf,
} from "./cognito-under-test.ts";
import { issueTokens } from "./tokens.ts";
import type { UserProfile } from "./users.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const loner: UserProfile = {
  username: "loner",
  subject: "3a1cbd6d-9c0f-4d3a-8a54-f4f8b1c8a001",
  groups: [],
  attributes: { email: "loner@example.com", email_verified: "false" },
  status: "CONFIRMED",
  enabled: true,
};
const demo: UserProfile = {
  ...loner,
  username: "demo",
  subject: "e5f5ee8f-23ad-4c3c-a649-1b40e56d8c24",
  groups: ["user"],
  attributes: { email: "demo@example.com", email_verified: "true" },
};
const admin: UserProfile = {
  ...demo,
  username: "admin",
  subject: "7ce392eb-8e21-49ef-a0a1-cd150a53cf48",
  groups: ["admin"],
  attributes: { email: "admin@example.com", email_verified: "true" },
};

let cognito: CognitoUnderTest;

beforeAll(async () => {
  cognito = await startCognitoUnderTest({ users: [demo, admin, loner] });
});
afterAll(() => cognito.close());

const signIn = async (username = "demo") => tokensOf(await cognito.initiate(username));
const jwksUrl = (pool = cognito) => new URL(`${pool.url}/${pool.pool.id}/.well-known/jwks.json`);

describe("the tokens", () => {
  test("are verified by jose with the published keys, and carry the claims of the real ones", async () => {
    const { accessToken, idToken } = await signIn();
    const { issuer } = cognito.pool.tokenSettings;
    const clientId = cognito.pool.secretClient.id;
    const keys = createRemoteJWKSet(jwksUrl());
    const access = await jwtVerify(accessToken, keys, { issuer, algorithms: ["RS256"] });
    const id = await jwtVerify(idToken, keys, { issuer, audience: clientId });
    const common = {
      sub: "e5f5ee8f-23ad-4c3c-a649-1b40e56d8c24",
      "cognito:groups": ["user"],
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${cognito.pool.id}`,
      origin_jti: expect.stringMatching(uuid),
      event_id: expect.stringMatching(uuid),
      auth_time: expect.any(Number),
      exp: expect.any(Number),
      iat: expect.any(Number),
      jti: expect.stringMatching(uuid),
    };
    expect(access.payload).toEqual({
      ...common,
      client_id: clientId,
      token_use: "access",
      scope: "aws.cognito.signin.user.admin",
      username: "demo",
    });
    expect(id.payload).toEqual({
      ...common,
      aud: clientId,
      token_use: "id",
      "cognito:username": "demo",
      email: "demo@example.com",
      email_verified: true,
    });
    expect(id.payload.origin_jti).toBe(access.payload.origin_jti);
    expect(id.payload.jti).not.toBe(access.payload.jti);
    expect((access.payload.exp ?? 0) - (access.payload.iat ?? 0)).toBe(900);
  });

  test("are signed with one key for access and one for ID tokens, named by kid alone", async () => {
    const { accessToken, idToken } = await signIn();
    const { keys } = (await (await fetch(jwksUrl())).json()) as { keys: { kid: string }[] };
    expect(keys.map((key) => Object.keys(key).sort().join())).toEqual([
      "alg,e,kid,kty,n,use",
      "alg,e,kid,kty,n,use",
    ]);
    expect([idToken, accessToken].map(decodeProtectedHeader)).toEqual(
      keys.map(({ kid }) => ({ kid, alg: "RS256" })),
    );
  });

  test("pass the unmodified CognitoJwtVerifier once it has the pool's keys", async () => {
    const { accessToken, idToken } = await signIn("admin");
    const settings = { userPoolId: cognito.pool.id, clientId: cognito.pool.secretClient.id };
    const jwks = (await (await fetch(jwksUrl())).json()) as Jwks;
    const access = CognitoJwtVerifier.create({ ...settings, tokenUse: "access", groups: "admin" });
    access.cacheJwks(jwks);
    expect(await access.verify(accessToken)).toMatchObject({ username: "admin" });
    await expect(access.verify(idToken)).rejects.toThrow("Token use not allowed");
    const id = CognitoJwtVerifier.create({ ...settings, tokenUse: "id" });
    id.cacheJwks(jwks);
    expect(await id.verify(idToken)).toMatchObject({ email: "admin@example.com" });
  });

  test("name no groups for a user who is in none", async () => {
    const { accessToken, idToken } = await signIn("loner");
    const keys = createRemoteJWKSet(jwksUrl());
    for (const token of [accessToken, idToken]) {
      expect((await jwtVerify(token, keys)).payload).not.toHaveProperty("cognito:groups");
    }
    expect((await jwtVerify(idToken, keys)).payload.email_verified).toBe(false);
  });
});

describe("GetTokensFromRefreshToken", () => {
  const claimsOf = async (token: string) =>
    (
      await jwtVerify(token, createRemoteJWKSet(jwksUrl()), {
        currentDate: new Date(cognito.now()),
      })
    ).payload;

  test("gives new tokens of the same sign-in, and a refresh token that works in turn", async () => {
    const first = await signIn();
    cognito.advance(60);
    const second = tokensOf(await cognito.refresh(first.refreshToken));
    const third = tokensOf(await cognito.refresh(second.refreshToken));
    const [before, after] = [await claimsOf(first.accessToken), await claimsOf(third.accessToken)];
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
    const lenient = await startCognitoUnderTest({ users: [demo], retryGracePeriodSeconds: 30 });
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
    const own = await startCognitoUnderTest({ users: [demo] });
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
    const own = await startCognitoUnderTest({ users: [demo] });
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

describe("GetUser", () => {
  test("tells the user's name and attributes, the subject among them", async () => {
    const { accessToken } = await signIn();
    const { Username, UserAttributes, UserMFASettingList } = await cognito.getUser(accessToken);
    expect(Username).toBe("demo");
    expect(UserAttributes).toEqual([
      { Name: "email", Value: "demo@example.com" },
      { Name: "email_verified", Value: "true" },
      { Name: "sub", Value: "e5f5ee8f-23ad-4c3c-a649-1b40e56d8c24" },
    ]);
    expect(UserMFASettingList).toBeUndefined();
  });

  test("refuses a token that has expired", async () => {
    const { accessToken } = await signIn();
    cognito.advance(901);
    expect(await refusalOf(cognito.getUser(accessToken))).toBe(
      "NotAuthorizedException: Access Token has expired",
    );
  });

  test("refuses a token without the scope for it", async () => {
    const user = cognito.pool.users.find("demo");
    if (user === undefined) throw new Error("There is no demo user");
    const { id } = cognito.pool.secretClient;
    const { signIn: family } = cognito.pool.refreshTokens.start("demo", id, cognito.now());
    const { AccessToken } = await issueTokens(
      cognito.pool.tokenSettings,
      user,
      family,
      cognito.now(),
      "openid notes/read",
    );
    expect(await refusalOf(cognito.getUser(AccessToken))).toBe(
      "NotAuthorizedException: Access Token does not have required scopes",
    );
  });

  test("refuses everything that is not an access token of this pool", async () => {
    const { accessToken, idToken, refreshToken } = await signIn();
    const [header, payload, signature] = accessToken.split(".");
    const { access, id } = cognito.pool.tokenSettings.keys;
    const claims = { sub: "x", username: "demo", token_use: "access", scope: "x", origin_jti: "x" };
    const signed = (kid: string, issuer: string) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid })
        .setIssuer(issuer)
        .setExpirationTime("1h")
        .sign(access.privateKey);
    const forged = `${header}.${Buffer.from('{"username":"admin"}').toString("base64url")}.${signature}`;
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
    const issuer = cognito.pool.tokenSettings.issuer;
    const { expected, tokens } = {
      expected: "NotAuthorizedException: Invalid Access Token",
      tokens: [
        idToken,
        refreshToken,
        "nonsense",
        "a.b.c",
        unsigned,
        await signed(id.id, issuer),
        await signed("unknown", issuer),
        await signed(access.id, `${issuer}x`),
      ],
    };
    for (const token of tokens) expect(await refusalOf(cognito.getUser(token))).toBe(expected);
    expect(await refusalOf(cognito.getUser(forged))).toBe(
      "NotAuthorizedException: Could not verify signature for Access Token",
    );
    expect(await refusalOf(cognito.getUser("not a token"))).toMatch(
      /^InvalidParameterException: 1 validation error detected: Value at 'accessToken'/,
    );
  });

  test("refuses a token of another pool", async () => {
    const other = await startCognitoUnderTest({ users: [demo] });
    const { accessToken } = tokensOf(await other.initiate("demo"));
    expect(await refusalOf(cognito.getUser(accessToken))).toBe(
      "NotAuthorizedException: Invalid Access Token",
    );
    await other.close();
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

test("the SDK finds the stand-in by its environment variable alone", async () => {
  const name = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER";
  const before = process.env[name];
  process.env[name] = cognito.url;
  try {
    const sdk = new CognitoIdentityProviderClient({ region: "us-east-1" });
    const { refreshToken } = await signIn();
    const { id: ClientId, secret: ClientSecret } = cognito.pool.secretClient;
    const answer = await sdk.send(
      new GetTokensFromRefreshTokenCommand({ RefreshToken: refreshToken, ClientId, ClientSecret }),
    );
    expect(answer.$metadata.requestId).toMatch(uuid);
    expect(tokensOf(answer).ExpiresIn).toBe(900);
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
});
