import {
  CognitoIdentityProviderClient,
  GetTokensFromRefreshTokenCommand,
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
  userNamed,
} from "./cognito-under-test.ts";
import { userAdminScope } from "./refresh-tokens.ts";
import { issueTokens } from "./tokens.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const subject = "e5f5ee8f-23ad-4c3c-a649-1b40e56d8c24";
const users = [
  userNamed("demo", { subject, groups: ["user"] }),
  userNamed("admin", { groups: ["admin"] }),
  userNamed("loner", { attributes: { email: "loner@example.com", email_verified: "false" } }),
];

let cognito: CognitoUnderTest;

beforeAll(async () => {
  cognito = await startCognitoUnderTest({ users });
});
afterAll(() => cognito.close());

const signIn = async (username = "demo") => tokensOf(await cognito.initiate(username));
const jwksUrl = () => new URL(`${cognito.url}/${cognito.pool.id}/.well-known/jwks.json`);

describe("the tokens", () => {
  test("are verified by jose with the published keys, and carry the claims of the real ones", async () => {
    const { accessToken, idToken } = await signIn();
    const { issuer } = cognito.pool.tokenSettings;
    const clientId = cognito.pool.secretClient.id;
    const keys = createRemoteJWKSet(jwksUrl());
    const access = await jwtVerify(accessToken, keys, { issuer, algorithms: ["RS256"] });
    const id = await jwtVerify(idToken, keys, { issuer, audience: clientId });
    const common = {
      sub: subject,
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

describe("GetUser", () => {
  test("tells the user's name and attributes, the subject among them", async () => {
    const { accessToken } = await signIn();
    const { Username, UserAttributes, UserMFASettingList } = await cognito.getUser(accessToken);
    expect(Username).toBe("demo");
    expect(UserAttributes).toEqual([
      { Name: "email", Value: "demo@example.com" },
      { Name: "email_verified", Value: "true" },
      { Name: "sub", Value: subject },
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
    const { signIn: family } = cognito.pool.refreshTokens.start("demo", id, cognito.now(), {
      scope: "openid notes/read",
      managedLogin: null,
    });
    const { AccessToken } = await issueTokens(
      cognito.pool.tokenSettings,
      user,
      family,
      cognito.now(),
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
    const signed = (kid: string, issuer: string, more: object = {}) =>
      new SignJWT({ ...claims, ...more })
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
        await signed(access.id, issuer, { token_use: "id" }),
        await signed(access.id, issuer, { username: 5 }),
      ],
    };
    for (const token of tokens) expect(await refusalOf(cognito.getUser(token))).toBe(expected);
    const ofNoSignIn = await signed(access.id, issuer, { scope: userAdminScope });
    expect(await refusalOf(cognito.getUser(ofNoSignIn))).toBe(
      "NotAuthorizedException: Access Token has been revoked",
    );
    expect(await refusalOf(cognito.getUser(forged))).toBe(
      "NotAuthorizedException: Could not verify signature for Access Token",
    );
    expect(await refusalOf(cognito.getUser("not a token"))).toMatch(
      /^InvalidParameterException: 1 validation error detected: Value at 'accessToken'/,
    );
  });

  test("refuses a token of another pool", async () => {
    const other = await startCognitoUnderTest({ users });
    const { accessToken } = tokensOf(await other.initiate("demo"));
    expect(await refusalOf(cognito.getUser(accessToken))).toBe(
      "NotAuthorizedException: Invalid Access Token",
    );
    await other.close();
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
