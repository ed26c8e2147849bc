import {
  exchangeAuthorization,
  refreshAuthorization,
} from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import type { Fetch } from "../../recording-fetch.ts";
import type { IssuedTokens } from "../cognito-answer.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { oauthError, refreshError } from "./oauth-error.ts";

/** A client as an authorization server knows it. */
export interface OAuthClient {
  readonly client_id: string;
  readonly client_secret?: string | undefined;
  /** As it was answered at registration. */
  readonly token_endpoint_auth_method?: string | undefined;
}

/** Tokens, and their scope where somebody has told it. */
export type GrantedTokens = IssuedTokens & { readonly scope: string | null };

/** The tokens that a code is good for, and their scope where it is told. */
export async function exchangeCode(
  server: AuthorizationServer,
  client: OAuthClient,
  options: { code: string; verifier: string; redirectUri: string; fetchToken: Fetch },
): Promise<GrantedTokens> {
  const { code, verifier, redirectUri, fetchToken } = options;
  const tokens = await exchangeAuthorization(server.issuer, {
    metadata: server.metadata,
    clientInformation: sdkClient(client),
    authorizationCode: code,
    codeVerifier: verifier,
    redirectUri,
    // As it stands: a URL object would put a slash behind a bare host.
    resource: server.resource,
    fetchFn: fetchToken,
  });
  return { ...issuedOf(tokens), scope: tokens.scope ?? null };
}

/** Fresh tokens for a refresh token. */
export async function refreshTokens(
  server: AuthorizationServer,
  client: OAuthClient,
  refreshToken: string,
  fetchToken: Fetch,
): Promise<IssuedTokens> {
  try {
    const tokens = await refreshAuthorization(server.issuer, {
      metadata: server.metadata,
      clientInformation: sdkClient(client),
      refreshToken,
      // As it stands: a URL object would put a slash behind a bare host.
      resource: server.resource,
      fetchFn: fetchToken,
    });
    return issuedOf(tokens);
  } catch (error) {
    throw refreshError(error);
  }
}

/**
 * Revokes a refresh token, where the authorization server has an endpoint for it.
 * https://www.rfc-editor.org/rfc/rfc7009#section-2.1
 */
export async function revokeToken(
  server: AuthorizationServer,
  client: OAuthClient,
  refreshToken: string,
  fetchToken: Fetch,
  signal: AbortSignal,
): Promise<void> {
  const endpoint = Reflect.get(server.metadata, "revocation_endpoint") as string | undefined;
  if (endpoint === undefined) throw new Error("there is no revocation endpoint");
  const { client_id, client_secret } = client;
  const body = new URLSearchParams({ token: refreshToken, token_type_hint: "refresh_token" });
  body.set("client_id", client_id);
  if (client_secret !== undefined) body.set("client_secret", client_secret);
  const response = await fetchToken(endpoint, { method: "POST", body, signal });
  if (!response.ok) throw new Error(`revocation answered ${response.status}`);
}

/**
 * What is kept of a token answer.
 *
 * @throws AppError `sign_in_unexpected_answer` for a token that no header can carry (RFC 6750, section 2.1)
 */
export function issuedOf({ access_token, refresh_token, expires_in }: OAuthTokens): IssuedTokens {
  if (!/^[\x21-\x7e]+$/.test(access_token)) throw oauthError(null);
  return {
    accessToken: access_token,
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(expires_in === undefined || expires_in <= 0 ? {} : { expiresInSeconds: expires_in }),
  };
}

function sdkClient(client: OAuthClient) {
  return { ...client } as { client_id: string; client_secret?: string };
}
