import { randomUUID } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { SignIn } from "./refresh-tokens.ts";
import type { SigningKey, SigningKeys } from "./signing-keys.ts";
import type { User } from "./users.ts";

/** Lets a token call the operations by which users look after themselves; the only scope there is
 * without managed login. */
export const userAdminScope = "aws.cognito.signin.user.admin";

export interface TokenSettings {
  readonly issuer: string;
  readonly keys: SigningKeys;
  /** How long access and ID tokens hold. */
  readonly tokenSeconds: number;
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
 * @param scope the access token's scopes, separated by spaces
 */
export async function issueTokens(
  settings: TokenSettings,
  user: User,
  signIn: SignIn,
  now: number,
  scope: string = userAdminScope,
): Promise<IssuedTokens> {
  const issuedAt = Math.floor(now / 1000);
  const groups = user.groups.length === 0 ? {} : { "cognito:groups": user.groups };
  const access = {
    sub: user.subject,
    ...groups,
    iss: settings.issuer,
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
  const { email_verified: emailVerified, ...attributes } = Object.fromEntries(user.attributes);
  const id = {
    sub: user.subject,
    ...groups,
    email_verified: emailVerified === "true",
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
    ...attributes,
  };
  const [accessToken, idToken] = await Promise.all([
    sign(access, settings.keys.access),
    sign(id, settings.keys.id),
  ]);
  return {
    AccessToken: accessToken,
    ExpiresIn: settings.tokenSeconds,
    IdToken: idToken,
    TokenType: "Bearer",
  };
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
  const { access } = settings.keys;
  try {
    const { payload } = await jwtVerify(
      token,
      (header) => {
        if (header.kid !== access.id) throw new errors.JWKSNoMatchingKey();
        return access.publicKey;
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
