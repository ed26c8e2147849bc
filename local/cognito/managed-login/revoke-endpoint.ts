import type { Reply, Request } from "../protocol/listener.ts";
import type { UserPool } from "../user-pool.ts";
import { authenticateClient } from "./client-authentication.ts";
import { OAuthError, parseForm, requireField } from "./oauth-error.ts";

/**
 * Answers `POST /oauth2/revoke`: ends the sign-in that a refresh token belongs to (RFC 7009).
 * https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html
 *
 * @throws OAuthError
 */
export function answerRevoke(pool: UserPool, request: Request): Reply {
  const form = parseForm(request);
  const token = requireField(form, "token");
  const client = authenticateClient(pool, request, form);
  // Three parts are a signed JWT: an access or ID token, which cannot be revoked by itself.
  if (token.split(".").length === 3) throw new OAuthError("unsupported_token_type");
  pool.refreshTokens.revoke(token, client.id);
  return { status: 200, headers: {}, body: "" };
}
