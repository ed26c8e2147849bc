import { notAuthorized } from "../cognito-error.ts";
import { userAdminScope } from "../refresh-tokens.ts";
import { requireActive } from "../sign-in/steps.ts";
import { verifyAccessToken } from "../tokens.ts";
import type { UserPool } from "../user-pool.ts";
import type { User } from "../users.ts";

/**
 * Finds the user of an access token that may call the operations for signed-in users.
 *
 * @param token as the caller gave it
 * @throws CognitoError when the token is not this pool's access token, has expired, lacks the scope
 *   or was revoked, or when its user may no longer sign in
 */
export function requireSignedInUser(pool: UserPool, token: string): Promise<User> {
  return requireUserOfToken(pool, token, userAdminScope);
}

/**
 * Finds the user of an access token.
 *
 * @param token as the caller gave it
 * @param neededScope without which the token is refused
 * @throws CognitoError as above
 */
export async function requireUserOfToken(
  pool: UserPool,
  token: string,
  neededScope: string,
): Promise<User> {
  const verdict = await verifyAccessToken(pool.tokenSettings, token, pool.now());
  if (verdict.kind !== "valid") throw notAuthorized(messages[verdict.kind]);
  const { username, scope, origin_jti: originJti } = verdict.claims;
  if (!scope.split(" ").includes(neededScope)) {
    throw notAuthorized("Access Token does not have required scopes");
  }
  if (pool.refreshTokens.isRevoked(originJti)) {
    throw notAuthorized("Access Token has been revoked");
  }
  const user = pool.users.find(username);
  if (user === undefined) throw notAuthorized(messages.invalid);
  requireActive(user);
  return user;
}

const messages = {
  invalid: "Invalid Access Token",
  bad_signature: "Could not verify signature for Access Token",
  expired: "Access Token has expired",
} as const;
