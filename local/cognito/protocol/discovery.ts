import { publicKeySet } from "../signing-keys.ts";
import type { UserPool } from "../user-pool.ts";
import type { Reply } from "./json-protocol.ts";

/**
 * Answers the two documents that a pool publishes below its id: its key set and its OpenID
 * discovery document.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
 *
 * @param pool whose documents
 * @param path the request's path
 * @param baseUrl where this server is reached
 * @returns the answer, or null when the path names neither document
 */
export function answerDocument(pool: UserPool, path: string, baseUrl: string): Reply | null {
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
      : discoveryDocument(pool, `${baseUrl}/${pool.id}`),
  );
}

/** What the service says to a request that is no call and names no document. */
export function notUnderstood(): Reply {
  const message = "The server did not understand the operation that was requested.";
  return jsonReply(400, { code: "BadRequest", message, type: "client" });
}

// The issuer is the one that the tokens carry. The endpoints are this server's: those at the issuer
// would lead to AWS, where this pool does not exist. A pool without a domain names its OAuth
// endpoints all the same, and answers none of them.
function discoveryDocument(pool: UserPool, base: string): object {
  return {
    authorization_endpoint: `${base}/oauth2/authorize`,
    end_session_endpoint: `${base}/logout`,
    id_token_signing_alg_values_supported: ["RS256"],
    issuer: pool.tokenSettings.issuer,
    jwks_uri: `${base}/.well-known/jwks.json`,
    response_types_supported: ["code", "token"],
    revocation_endpoint: `${base}/oauth2/revoke`,
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: `${base}/oauth2/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    userinfo_endpoint: `${base}/oauth2/userInfo`,
  };
}

function jsonReply(status: number, body: object): Reply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
