import { createHash, randomUUID } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Grant, SignIn } from "./refresh-tokens.ts";
import type { SigningKey, SigningKeys } from "./signing-keys.ts";
import type { User } from "./users.ts";

export interface TokenSettings {
  readonly issuer: string;
  readonly keys: SigningKeys;
  /** How long access and ID tokens hold. */
  tokenSeconds: number;
}

/** The tokens of one answer, named as `AuthenticationResult` has them. */
export interface IssuedTokens {
  readonly AccessToken: string;
  readonly ExpiresIn: number;
  readonly IdToken: string;
  readonly TokenType: "Bearer";
}

/**
 * Signs an access token and an ID token with the claims of the real ones.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 *
 * @param user whom the tokens speak of
 * @param signIn the sign-in that they come from
 * @param now milliseconds since the epoch
 */
export async function issueTokens(
  settings: TokenSettings,
  user: User,
  signIn: SignIn,
  now: number,
): Promise<IssuedTokens> {
  const issuedAt = Math.floor(now / 1000);
  const { scope, managedLogin } = signIn.grant;
  const groups = user.groups.length === 0 ? {} : { "cognito:groups": user.groups };
  const access = {
    sub: user.subject,
    ...groups,
    iss: settings.issuer,
    ...(managedLogin === null ? {} : { version: 2 }),
    ...(managedLogin?.audience ? { aud: managedLogin.audience } : {}),
    client_id: signIn.clientId,
    origin_jti: signIn.originJti,
    event_id: signIn.eventId,
    token_use: "access",
    scope,
    auth_time: signIn.authTime,
    exp: issuedAt + settings.tokenSeconds,
    iat: issuedAt,
    jti: randomUUID(),
    username: user.username,
  };
  const accessToken = await sign(access, settings.keys.access);
  const id = {
    sub: user.subject,
    ...groups,
    iss: settings.issuer,
    "cognito:username": user.username,
    origin_jti: signIn.originJti,
    aud: signIn.clientId,
    event_id: signIn.eventId,
    token_use: "id",
    auth_time: signIn.authTime,
    exp: issuedAt + settings.tokenSeconds,
    iat: issuedAt,
    jti: randomUUID(),
    ...(managedLogin === null ? {} : { at_hash: halfHash(accessToken) }),
    ...(managedLogin?.nonce ? { nonce: managedLogin.nonce } : {}),
    ...idTokenAttributes(user, signIn.grant),
  };
  const idToken = await sign(id, settings.keys.id);
  return {
    AccessToken: accessToken,
    ExpiresIn: settings.tokenSeconds,
    IdToken: idToken,
    TokenType: "Bearer",
  };
}

/** The access token's hash in the ID token (OpenID Connect Core 1.0, section 3.1.3.6). */
function halfHash(token: string): string {
  return createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");
}

// Through the API an ID token tells every attribute. On the pool's own pages the scopes decide, and
// `openid` alone stands for all of them.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
function idTokenAttributes(user: User, grant: Grant): Record<string, unknown> {
  const scopes = grant.scope.split(" ");
  const asked = scopes.filter((scope) => ["email", "phone", "profile"].includes(scope));
  const isTold = (name: string) => {
    if (grant.managedLogin === null || asked.length === 0 || asked.includes("profile")) return true;
    return asked.some((scope) => name.startsWith(scope));
  };
  const { email_verified: emailVerified, ...others } = Object.fromEntries(
    [...user.attributes].filter(([name]) => isTold(name)),
  );
  return {
    ...(isTold("email_verified") ? { email_verified: emailVerified === "true" } : {}),
    ...others,
  };
}

/**
 * Signs the access token of a machine: nobody signed in, so it has neither a user name nor a sign-in
 * that could be revoked, and its subject is the app client.
 *
 * @param clientId the machine's app client
 * @param scope separated by spaces
 * @param now milliseconds since the epoch
 */
export function issueMachineToken(
  settings: TokenSettings,
  clientId: string,
  scope: string,
  now: number,
): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  const claims = {
    sub: clientId,
    token_use: "access",
    scope,
    auth_time: issuedAt,
    iss: settings.issuer,
    exp: issuedAt + settings.tokenSeconds,
    iat: issuedAt,
    version: 2,
    jti: randomUUID(),
    client_id: clientId,
  };
  return sign(claims, settings.keys.access);
}

function sign(claims: Readonly<Record<string, unknown>>, key: SigningKey): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ kid: key.id, alg: "RS256" }).sign(key.privateKey);
}

const accessClaims = z.object({
  sub: z.string(),
  username: z.string(),
  origin_jti: z.string(),
  scope: z.string(),
  token_use: z.literal("access"),
});

export type AccessTokenVerdict =
  | { kind: "valid"; claims: z.output<typeof accessClaims> }
  | { kind: "invalid" | "bad_signature" | "expired" };

/**
 * Verifies an access token of this pool: signature, issuer, use and expiry. Whether it was revoked
 * is for the caller to find out.
 *
 * @param token as the caller gave it
 * @param now milliseconds since the epoch
 */
export async function verifyAccessToken(
  settings: TokenSettings,
  token: string,
  now: number,
): Promise<AccessTokenVerdict> {
  const { access, retired } = settings.keys;
  try {
    const { payload } = await jwtVerify(
      token,
      (header) => {
        const key = [access, ...retired].find(({ id }) => id === header.kid);
        if (key === undefined) throw new errors.JWKSNoMatchingKey();
        return key.publicKey;
      },
      { algorithms: ["RS256"], issuer: settings.issuer, currentDate: new Date(now) },
    );
    const claims = accessClaims.safeParse(payload);
    return claims.success ? { kind: "valid", claims: claims.data } : { kind: "invalid" };
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return { kind: "bad_signature" };
    if (error instanceof errors.JWTExpired) return { kind: "expired" };
    if (error instanceof errors.JOSEError) return { kind: "invalid" };
    throw error;
  }
}
