import { issuerOfPool } from "@cleanauth/common/cognito-settings.ts";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  FetchError,
  JwksValidationError,
  JwkValidationError,
  JwtBaseError,
  JwtExpiredError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtNotBeforeError,
  JwtParseError,
  ParameterValidationError,
  WaitPeriodNotYetEndedJwkError,
} from "aws-jwt-verify/error";
import { z } from "zod";
import type { CognitoConfig } from "../config.ts";
import type { Caller } from "./caller.ts";
import type { PoolKeys } from "./pool-keys.ts";

/** Why a token is refused: for metrics and the log. */
export type RefusalReason =
  | "malformed"
  | "signature"
  | "issuer"
  | "token-use"
  | "client"
  | "audience"
  | "expired"
  | "not-yet-valid"
  | "no-user"
  | "no-machine"
  | "no-revocation-check"
  | "revoked";

export type Verification =
  | { readonly outcome: "accepted"; readonly caller: Caller }
  /** `description` is for the caller: it says what is wrong and repeats nothing of the token. */
  | { readonly outcome: "refused"; readonly reason: RefusalReason; readonly description: string }
  /** Nobody can tell at present; no fault of the caller. */
  | { readonly outcome: "unavailable"; readonly retryAfterSeconds: number };

/** Decides whose request it is that carries a token. */
export interface TokenVerifier {
  verify(token: string): Promise<Verification>;
  /** The caller of a token that was accepted before and still is; null for any other. */
  recall?(token: string): Caller | null;
  /** The authorization server whose tokens it accepts. */
  readonly issuer: string;
  /** What is checked, one line each, for a person to read. */
  readonly checks: readonly string[];
}

const retryAfterSeconds = 5;

/**
 * Verifies access tokens of one user pool offline, with the pool's public keys.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 *
 * @param config the pool and the app clients whose tokens are accepted
 * @param keys the pool's public keys
 * @param audiences what `aud` may be; only tokens with resource binding carry one
 * @returns a verifier that throws only on a defect
 */
export function createCognitoVerifier(
  config: CognitoConfig,
  keys: PoolKeys,
  audiences: readonly string[],
): TokenVerifier {
  const { clientIds, machineClientId } = config;
  const verifier = CognitoJwtVerifier.create(
    {
      userPoolId: config.poolId,
      tokenUse: "access",
      clientId: machineClientId === null ? [...clientIds] : [...clientIds, machineClientId],
      // Cognito signs with RS256 alone; the library would take any algorithm that fits the key.
      customJwtCheck: ({ header }) => {
        if (header.alg === "RS256") return;
        throw new JwtInvalidSignatureAlgorithmError("Not RS256", header.alg, "RS256");
      },
    },
    { jwksCache: keys },
  );
  const issuer = issuerOfPool(config.poolId);
  return {
    issuer,
    checks: [
      "signature: RS256, by a key of the user pool",
      `issuer: ${issuer}`,
      "token_use: access",
      `client_id: one of ${clientIds.length} accepted app client(s)`,
      "exp: present and not passed; nbf, where present, has passed",
      "aud: this server, where the token has one",
      machineClientId === null
        ? "username: present, so the caller is a user"
        : "username: present, so the caller is a user; absent from tokens of the machine's app client",
    ],
    async verify(token) {
      try {
        return judgeClaims(await verifier.verify(token), audiences, machineClientId);
      } catch (error) {
        return classifyFailure(error);
      }
    },
  };
}

const accessTokenClaims = z.object({
  sub: z.string().min(1).max(256),
  client_id: z.string(),
  // aws-jwt-verify takes a token without `exp` for one that never expires.
  exp: z.number(),
  username: z.string().min(1).max(256).optional(),
  scope: z.string().optional(),
  "cognito:groups": z.array(z.string()).optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
});

/**
 * Turns the payload of a token whose signature, issuer, use, client and times were verified into a
 * caller.
 *
 * @param payload the verified payload
 * @param audiences what `aud` may be
 * @param machineClientId the app client whose tokens have to stand for itself; all others' for a user
 */
export function judgeClaims(
  payload: unknown,
  audiences: readonly string[],
  machineClientId: string | null,
): Verification {
  const parsed = accessTokenClaims.safeParse(payload);
  if (!parsed.success) {
    return refused("malformed", "The token lacks a claim that every access token has");
  }
  const claims = parsed.data;
  if (claims.aud !== undefined && ![claims.aud].flat().some((aud) => audiences.includes(aud))) {
    return refused("audience", "The token was issued for another server");
  }
  const { sub, client_id: clientId, exp: expiresAt, username } = claims;
  const scopes = (claims.scope ?? "").split(" ").filter((scope) => scope !== "");
  if (clientId === machineClientId) {
    if (username !== undefined || sub !== clientId) return notMachine;
    // Its own name, and no group: what a machine may do is what its app client may.
    const caller = { subject: sub, username: sub, groups: [], scopes, clientId, expiresAt };
    return { outcome: "accepted", caller };
  }
  if (username === undefined) return noUser;
  const groups = claims["cognito:groups"] ?? [];
  const caller = { subject: sub, username, groups, scopes, clientId, expiresAt };
  return { outcome: "accepted", caller };
}

const noUser = refused(
  "no-user",
  "The token belongs to a machine (client credentials), and its app client is to sign users in",
);

const notMachine = refused(
  "no-machine",
  "The token belongs to a user, and its app client is to sign in a machine (client credentials)",
);

/**
 * Sorts the errors of aws-jwt-verify, which puts a key server that does not answer and a forged
 * token under one base class: blaming the caller for an outage would make a client throw away a
 * good token.
 *
 * @param error what the library threw
 * @throws the error itself when it is none of the library's: a defect, which no caller has caused
 */
export function classifyFailure(error: unknown): Verification {
  if (outages.some((outage) => error instanceof outage)) {
    return { outcome: "unavailable", retryAfterSeconds };
  }
  for (const [type, reason, description] of badTokens) {
    if (error instanceof type) return refused(reason, description);
  }
  throw error;
}

const outages = [
  FetchError,
  JwksValidationError,
  JwkValidationError,
  WaitPeriodNotYetEndedJwkError,
] as const;

/** The first type that fits decides; the last one is the base of all. */
const badTokens = [
  [JwtExpiredError, "expired", "The token has expired"],
  [JwtNotBeforeError, "not-yet-valid", "The token is not valid yet"],
  [CognitoJwtInvalidTokenUseError, "token-use", "The token is not an access token"],
  [
    CognitoJwtInvalidClientIdError,
    "client",
    "The token was issued to an app client that this server does not accept",
  ],
  [JwtInvalidIssuerError, "issuer", "The token was issued by another user pool"],
  // This is what a foreign issuer is to a verifier that knows several.
  [ParameterValidationError, "issuer", "The token was issued by another user pool"],
  [JwtParseError, "malformed", "The token is not a JWT"],
  [JwtBaseError, "signature", "The signature of the token cannot be verified"],
] as const;

function refused(reason: RefusalReason, description: string): Verification {
  return { outcome: "refused", reason, description };
}
