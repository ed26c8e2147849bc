import { publicKeySet } from "../signing-keys.ts";
import type { UserPool } from "../user-pool.ts";
import { jsonReply, type Reply } from "./listener.ts";

/**
 * Answers the two documents that a pool publishes below its id: its key set and its OpenID
 * discovery document.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
 *
 * @param pool whose documents
 * @param path the request's path
 * @param places.url where the pool's API and documents are reached
 * @param places.domainUrl where its own pages are
 * @returns the answer, or null when the path names neither document
 */
export function answerDocument(
  pool: UserPool,
  path: string,
  places: { readonly url: string; readonly domainUrl: string },
): Reply | null {
  const match = /^\/([\w-]{1,55})\/\.well-known\/(jwks\.json|openid-configuration)$/.exec(path);
  if (match === null) return null;
  const [, poolId, document] = match;
  if (poolId !== pool.id) {
    const message = `User pool ${poolId} does not exist.`;
    return jsonReply(404, { code: "ResourceNotFoundException", message, type: "client" });
  }
  return jsonReply(
    200,
    document === "jwks.json"
      ? publicKeySet(pool.tokenSettings.keys)
      : discoveryDocument(pool, `${places.url}/${pool.id}`, places.domainUrl),
  );
}

/** What the service says to a request that is no call and names no document. */
export function notUnderstood(): Reply {
  const message = "The server did not understand the operation that was requested.";
  return jsonReply(400, { code: "BadRequest", message, type: "client" });
}

// The issuer is the one that the tokens carry; the places are this process's, for those at the issuer
// would lead to AWS, where this pool does not exist. As with the real one there is no registration
// endpoint, and no word of PKCE although it is there.
function discoveryDocument(pool: UserPool, base: string, domainUrl: string): object {
  return {
    authorization_endpoint: `${domainUrl}/oauth2/authorize`,
    end_session_endpoint: `${domainUrl}/logout`,
    id_token_signing_alg_values_supported: ["RS256"],
    issuer: pool.tokenSettings.issuer,
    jwks_uri: `${base}/.well-known/jwks.json`,
    response_types_supported: ["code", "token"],
    revocation_endpoint: `${domainUrl}/oauth2/revoke`,
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: `${domainUrl}/oauth2/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    userinfo_endpoint: `${domainUrl}/oauth2/userInfo`,
  };
}
