import { createHash } from "node:crypto";
import { type AppClient, isSameText } from "../app-clients.ts";
import { jsonReply, type Reply, type Request } from "../protocol/listener.ts";
import { issueMachineToken, issueTokens } from "../tokens.ts";
import type { UserPool } from "../user-pool.ts";
import { authenticateClient } from "./client-authentication.ts";
import { OAuthError, parseForm, requireField } from "./oauth-error.ts";

/**
 * Answers `POST /oauth2/token`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 *
 * @throws OAuthError
 */
export async function answerToken(pool: UserPool, request: Request): Promise<Reply> {
  const form = parseForm(request);
  const grantType = requireField(form, "grant_type");
  const grant = grants.get(grantType);
  if (grant === undefined) throw new OAuthError("unsupported_grant_type");
  const client = authenticateClient(pool, request, form);
  return jsonReply(200, await grant(pool, client, form), { "cache-control": "no-store" });
}

type GrantHandler = (pool: UserPool, client: AppClient, form: URLSearchParams) => Promise<object>;

const grants: ReadonlyMap<string, GrantHandler> = new Map<string, GrantHandler>([
  ["authorization_code", exchangeCode],
  ["refresh_token", exchangeRefreshToken],
  ["client_credentials", grantToMachine],
]);

async function exchangeCode(
  pool: UserPool,
  client: AppClient,
  form: URLSearchParams,
): Promise<object> {
  if (!client.oauth?.grants.has("code")) throw new OAuthError("unauthorized_client");
  const redirectUri = requireField(form, "redirect_uri");
  const now = pool.now();
  const authorized = pool.authorizationCodes.redeem(requireField(form, "code"), now);
  const resource = form.get("resource") ?? authorized?.resource ?? null;
  if (
    authorized === null ||
    authorized.clientId !== client.id ||
    authorized.redirectUri !== redirectUri ||
    !fitsChallenge(form.get("code_verifier"), authorized.codeChallenge) ||
    resource !== authorized.resource ||
    // Without a resource server of that identifier the sign-in goes well and the code is worth nothing.
    (resource !== null && !pool.boundResources.has(resource))
  ) {
    throw new OAuthError("invalid_grant");
  }
  const user = pool.users.find(authorized.username);
  if (!user?.enabled) throw new OAuthError("invalid_grant");
  const { signIn, refreshToken } = pool.refreshTokens.start(
    user.username,
    client.id,
    now,
    authorized.grant,
    authorized.authTime,
  );
  const tokens = await issueTokens(pool.tokenSettings, user, signIn, now);
  return tokenAnswer(tokens, signIn.grant.scope, refreshToken);
}

async function exchangeRefreshToken(
  pool: UserPool,
  client: AppClient,
  form: URLSearchParams,
): Promise<object> {
  const now = pool.now();
  const rotation = pool.refreshTokens.rotate(requireField(form, "refresh_token"), client.id, now);
  if (rotation.kind !== "rotated") throw new OAuthError("invalid_grant");
  const { signIn, refreshToken } = rotation;
  const user = pool.users.find(signIn.username);
  if (!user?.enabled) throw new OAuthError("invalid_grant");
  const tokens = await issueTokens(pool.tokenSettings, user, signIn, now);
  return tokenAnswer(tokens, signIn.grant.scope, refreshToken);
}

/**
 * Custom scopes alone, and bound to no resource. That a binding cannot be asked for is documented; with what it
 * is refused is not.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html#cognito-user-pools-resource-binding
 */
async function grantToMachine(
  pool: UserPool,
  client: AppClient,
  form: URLSearchParams,
): Promise<object> {
  const { oauth } = client;
  if (!oauth?.grants.has("client_credentials")) throw new OAuthError("unauthorized_client");
  if (form.has("resource")) throw new OAuthError("invalid_request");
  const asked = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  if (asked.some((scope) => !oauth.scopes.has(scope))) throw new OAuthError("invalid_scope");
  const scope = (asked.length === 0 ? [...oauth.scopes] : asked).join(" ");
  return {
    access_token: await issueMachineToken(pool.tokenSettings, client.id, scope, pool.now()),
    expires_in: pool.tokenSettings.tokenSeconds,
    token_type: "Bearer",
  };
}

function tokenAnswer(
  tokens: Awaited<ReturnType<typeof issueTokens>>,
  scope: string,
  refreshToken: string,
): object {
  return {
    ...(scope.split(" ").includes("openid") ? { id_token: tokens.IdToken } : {}),
    access_token: tokens.AccessToken,
    refresh_token: refreshToken,
    expires_in: tokens.ExpiresIn,
    token_type: tokens.TokenType,
  };
}

// RFC 7636, section 4.6. A verifier for a code that had no challenge is a mix-up of two sign-ins.
function fitsChallenge(verifier: string | null, challenge: string | null): boolean {
  if (verifier === null || challenge === null) return verifier === challenge;
  return isSameText(createHash("sha256").update(verifier).digest("base64url"), challenge);
}
