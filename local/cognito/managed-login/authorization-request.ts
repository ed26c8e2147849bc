import type { AppClient } from "../app-clients.ts";
import type { UserPool } from "../user-pool.ts";

/** What a client asks of a browser that it sends to `/oauth2/authorize`, checked. */
export interface AuthorizationRequest {
  readonly client: AppClient;
  readonly redirectUri: string;
  readonly scope: string;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly codeChallenge: string | null;
  readonly resource: string | null;
  readonly prompt: string | null;
  readonly loginHint: string | null;
}

export type ParsedAuthorizationRequest =
  | { readonly kind: "request"; readonly request: AuthorizationRequest }
  /** To be shown here: whoever sent the browser is not known, or not to be trusted with it. */
  | { readonly kind: "error_page"; readonly error: string; readonly clientId: string | null }
  /** To be told to the client, at its redirect URI. */
  | { readonly kind: "error_redirect"; readonly location: string };

/**
 * Parses the query of `/oauth2/authorize` and `/login`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 *
 * @param query as the browser sent it
 */
export function parseAuthorizationRequest(
  pool: UserPool,
  query: URLSearchParams,
): ParsedAuthorizationRequest {
  const clientId = query.get("client_id");
  const redirectUri = query.get("redirect_uri");
  const errorPage = (error: string) => ({ kind: "error_page", error, clientId }) as const;
  if (!clientId || !redirectUri) return errorPage("Required parameters missing");
  const client = pool.clients.find(({ id }) => id === clientId);
  if (client === undefined) return errorPage("Client does not exist.");
  if (!client.oauth?.callbackUrls.has(redirectUri)) return errorPage("redirect_mismatch");

  const refuse = (error: string) =>
    ({
      kind: "error_redirect",
      location: answerLocation(redirectUri, { error }, query.get("state")),
    }) as const;
  const malformed = malformedPart(query);
  if (malformed) return refuse("invalid_request");
  if (query.get("response_type") !== "code" || !client.oauth.grants.has("code")) {
    return refuse("unauthorized_client");
  }
  const scope = grantedScope(client.oauth.scopes, query.get("scope") ?? "");
  if (scope === null) return refuse("invalid_scope");
  return {
    kind: "request",
    request: {
      client,
      redirectUri,
      scope,
      state: query.get("state"),
      nonce: query.get("nonce"),
      codeChallenge: query.get("code_challenge"),
      resource: query.get("resource"),
      prompt: query.get("prompt"),
      loginHint: query.get("login_hint"),
    },
  };
}

/**
 * Where an answer to the client goes: its redirect URI with the answer in the query.
 *
 * @param answer a code, or an error
 * @param state what the client sent to recognise the answer by
 */
export function answerLocation(
  redirectUri: string,
  answer: Readonly<Record<string, string>>,
  state: string | null,
): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== null) url.searchParams.set("state", state);
  return url.href;
}

const singleParameters = [
  "response_type",
  "client_id",
  "redirect_uri",
  "scope",
  "state",
  "nonce",
  "code_challenge",
  "code_challenge_method",
  "resource",
];

function malformedPart(query: URLSearchParams): boolean {
  if (singleParameters.some((name) => query.getAll(name).length > 1)) return true;
  if (!["code", "token"].includes(query.get("response_type") ?? "")) return true;
  const [challenge, method] = [query.get("code_challenge"), query.get("code_challenge_method")];
  if ((challenge === null) !== (method === null)) return true;
  // RFC 7636, section 4.2; Cognito knows S256 alone.
  if (challenge !== null && (method !== "S256" || !/^[\w.~-]{43,128}$/.test(challenge)))
    return true;
  const resource = query.get("resource");
  return resource !== null && !isBindable(resource);
}

// `https`, `http` on localhost or a scheme of an app's own; `http://127.0.0.1` is none of these.
function isBindable(resource: string): boolean {
  if (!URL.canParse(resource)) return false;
  const { protocol, hostname, hash } = new URL(resource);
  return hash === "" && (protocol !== "http:" || hostname === "localhost");
}

// No scope stands for all that the client may ask for. `email`, `phone` and `profile` go with `openid`.
function grantedScope(allowed: ReadonlySet<string>, asked: string): string | null {
  const scopes = [...new Set(asked.split(" ").filter((scope) => scope !== ""))];
  if (scopes.length === 0) return [...allowed].join(" ");
  if (scopes.some((scope) => !allowed.has(scope))) return null;
  const needsOpenId = scopes.some((scope) => ["email", "phone", "profile"].includes(scope));
  return needsOpenId && !scopes.includes("openid") ? null : scopes.join(" ");
}
