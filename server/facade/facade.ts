import { createDocumentFetcher } from "./client-documents.ts";
import { type Clients, createClients } from "./clients.ts";
import { callbackPath, type FacadeSettings } from "./facade-settings.ts";
import { codeSeconds, issuedCode } from "./issued-code.ts";
import { type FacadeReply, type FacadeRequest, json } from "./message.ts";
import { createPoolEndpoints } from "./pool-endpoints.ts";
import { createSealed } from "./sealed.ts";
import { createSignIn } from "./sign-in.ts";
import { createTokenEndpoints } from "./token-endpoint.ts";

/** A route of the façade. */
export interface FacadeRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Whether a person looks at the answer; else a program of any origin may read it. */
  readonly isPage: boolean;
  /** Whether it costs nothing to answer, so that nobody has to be kept from asking. */
  readonly isFree: boolean;
  answer(request: FacadeRequest): Promise<FacadeReply>;
}

/**
 * An authorization server in front of Cognito, for clients that keep to the letter of MCP's
 * authorization: it has what Cognito lacks (metadata of RFC 8414 with `S256`, registration, `resource`,
 * `iss`), and leaves to Cognito what Cognito has: the users, the sign-in, the tokens.
 *
 * To Cognito every client is the same one, so that the user is asked for each of them here, before
 * Cognito is (MCP security best practices, "Confused Deputy Problem").
 *
 * @param key seals everything that comes back
 * @param clients for tests
 */
export function createFacade(
  settings: FacadeSettings,
  key: Uint8Array,
  clients: Clients = createClients(
    settings.publicClientId,
    key,
    settings.fetchesDocuments ? createDocumentFetcher() : null,
  ),
): readonly FacadeRoute[] {
  const codes = createSealed(key, "code", issuedCode, codeSeconds);
  const pool = createPoolEndpoints(settings.domainUrl, settings.publicClientId);
  const signIn = createSignIn(settings, clients, key, codes.seal);
  const tokens = createTokenEndpoints(settings, pool, key, codes);
  const metadata = metadataOf(settings);
  const page = { isPage: true, isFree: false };
  const endpoint = { isPage: false, isFree: false };
  const documents = ["", "/mcp", "/sse"].map((path) => ({
    method: "GET" as const,
    path: `${metadataPath}${path}`,
    isPage: false,
    isFree: true,
    answer: async () => json(200, metadata),
  }));
  return [
    ...documents,
    { method: "GET", path: paths.authorize, ...page, answer: signIn.authorize },
    { method: "POST", path: paths.consent, ...page, answer: signIn.consent },
    { method: "GET", path: callbackPath, ...page, answer: signIn.callback },
    { method: "POST", path: paths.token, ...endpoint, answer: tokens.token },
    { method: "POST", path: paths.revoke, ...endpoint, answer: tokens.revoke },
    {
      method: "POST",
      path: paths.register,
      ...endpoint,
      async answer(request) {
        const { status, body } = await clients.register(request.json);
        return json(status, body);
      },
    },
  ];
}

/** RFC 8414's well-known path. Clients of before RFC 9728 append the path of the MCP endpoint. */
const metadataPath = "/.well-known/oauth-authorization-server";

const paths = {
  authorize: "/oauth/authorize",
  consent: "/oauth/consent",
  token: "/oauth/token",
  revoke: "/oauth/revoke",
  register: "/oauth/register",
};

/** The metadata of the façade as an authorization server (RFC 8414, section 2). */
function metadataOf({ issuer, scopes, fetchesDocuments }: FacadeSettings): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}${paths.authorize}`,
    token_endpoint: `${issuer}${paths.token}`,
    registration_endpoint: `${issuer}${paths.register}`,
    revocation_endpoint: `${issuer}${paths.revoke}`,
    scopes_supported: scopes,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    token_endpoint_auth_methods_supported: ["none"],
    revocation_endpoint_auth_methods_supported: ["none"],
    code_challenge_methods_supported: ["S256"],
    client_id_metadata_document_supported: fetchesDocuments,
    authorization_response_iss_parameter_supported: true,
  };
}
