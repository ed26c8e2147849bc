import type { Caller } from "@cleanauth/server/auth/caller.ts";
import { judgeClaims } from "@cleanauth/server/auth/cognito-verifier.ts";
import { acceptedAudiences } from "@cleanauth/server/auth/metadata.ts";
import { createWhoami } from "@cleanauth/server/tools/whoami.ts";
import { InvalidTokenError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import type { Jwks } from "aws-jwt-verify/jwk";

// What all peers have in common: the same tokens are checked by the same library, and the same tool
// answers with the same text. What differs is what carries it.

/** The port that this peer is told to listen on. */
export const port = Number(process.env.PORT);

/** The tool of every peer, as far as a listing goes. */
export const tool = { name: "whoami", description: "Who is signed in." } as const;

const poolId = process.env.COGNITO_POOL_ID ?? "";
const verifier = CognitoJwtVerifier.create({
  userPoolId: poolId,
  tokenUse: "access",
  clientId: process.env.COGNITO_CLIENT_ID ?? "",
});
const keysUrl = `${process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER}/${poolId}/.well-known/jwks.json`;
verifier.cacheJwks((await (await fetch(keysUrl)).json()) as Jwks);

const audiences = acceptedAudiences(`http://127.0.0.1:${port}`);

/**
 * Verifies a token: its signature too, each time.
 *
 * @throws when it is not to be believed
 */
export async function callerOf(token: string): Promise<Caller> {
  const judged = judgeClaims(await verifier.verify(token), audiences, null);
  if (judged.outcome !== "accepted") throw new Error("refused");
  return judged.caller;
}

/** The same as `requireBearerAuth` of the SDK wants it. */
export const sdkVerifier = {
  async verifyAccessToken(token: string): Promise<AuthInfo> {
    const caller = await callerOf(token).catch(() => {
      throw new InvalidTokenError("The token is not valid");
    });
    return authInfoOf(token, caller);
  },
};

/** What the SDK hands to a tool's handler. */
export function authInfoOf(token: string, caller: Caller): AuthInfo {
  const { clientId, scopes, expiresAt } = caller;
  return { token, clientId, scopes: [...scopes], expiresAt, extra: { caller } };
}

const checks = ["signature", "issuer", "token_use", "client_id", "exp", "aud", "username"];
const whoami = createWhoami(checks, Date.now);
const handle = new AbortController();

/** Calls the tool. */
export async function answer(caller: Caller): Promise<CallToolResult> {
  const outcome = await whoami.call({}, caller, handle);
  if (outcome.kind !== "done") throw new Error(outcome.text);
  return {
    content: [{ type: "text", text: outcome.text }],
    structuredContent: { ...outcome.structured },
  };
}

/** Calls the tool for the caller in the SDK's hands. */
export async function answerFor(authInfo: AuthInfo | undefined): Promise<CallToolResult> {
  return answer(authInfo?.extra?.caller as Caller);
}
