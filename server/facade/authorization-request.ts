import { isOwnScope, userAdminScope } from "@cleanauth/common/scopes-and-groups.ts";
import { type Client, type Clients, registeredUri } from "./clients.ts";
import type { FacadeSettings } from "./facade-settings.ts";
import { isRepeated, single } from "./message.ts";
import { answerUri, isLoopbackUri } from "./redirect-uri.ts";

/** What a client asks of a browser that it sends to the authorization endpoint, checked. */
export interface AuthorizationRequest {
  readonly client: Client;
  /** Where the answer goes: the registered URI, but for the port on loopback. */
  readonly redirectUri: string;
  readonly registeredUri: string;
  readonly state: string | undefined;
  readonly codeChallenge: string;
  readonly scopes: readonly string[];
  readonly resource: string | undefined;
  /** Whether the user is to be asked even when the answer is known. */
  readonly asksAgain: boolean;
}

export type JudgedRequest =
  | { readonly kind: "request"; readonly request: AuthorizationRequest }
  /** To be shown here: a browser is sent to no address that is not the client's own. */
  | { readonly kind: "page"; readonly problem: PageProblem; readonly detail?: string }
  | { readonly kind: "redirect"; readonly location: string };

/** What is wrong with a request whose client cannot be told. */
export type PageProblem =
  | "repeated-parameter"
  | "unknown-client"
  | "redirect-mismatch"
  /** It can be told, but anybody could have made it known here: see {@link isStrangersSite}. */
  | "wrong-request";

/** `state` is printable ASCII (RFC 6749, appendix A.5), and has to fit into a cookie with the rest. */
const longestState = 1_024;

/** It is sealed into a form and goes on to Cognito in a URL. */
const longestScope = 2_048;

/** RFC 6749, section 3.3. What else there is of Unicode could change the look of the consent page. */
const scopeForm = /^[!#-[\]-~]+$/;

/** Scopes that are passed on to Cognito when a client asks for them, and asked for by nobody else. */
const identityScopes = ["openid", "profile", "email"];

/**
 * Judges an authorization request (RFC 6749, section 4.1.1; RFC 7636, section 4.3; RFC 8707).
 *
 * @param query as the browser brought it
 */
export async function judgeRequest(
  query: URLSearchParams,
  clients: Clients,
  settings: FacadeSettings,
): Promise<JudgedRequest> {
  if (isRepeated(query, parameters)) return { kind: "page", problem: "repeated-parameter" };
  const found = await clients.find(single(query, "client_id") ?? "");
  if ("problem" in found) {
    return { kind: "page", problem: "unknown-client", detail: found.problem };
  }
  const { client } = found;
  const redirectUri = single(query, "redirect_uri") ?? "";
  const registered = registeredUri(client, redirectUri);
  if (registered === undefined) return { kind: "page", problem: "redirect-mismatch" };

  const state = single(query, "state");
  const isBadState =
    state !== undefined && (state.length > longestState || !/^[ -~]*$/.test(state));
  const refuse = (error: string, error_description: string): JudgedRequest => {
    if (isStrangersSite(client, redirectUri)) {
      return { kind: "page", problem: "wrong-request", detail: `${error}: ${error_description}` };
    }
    const answer = { error, error_description, state: isBadState ? undefined : state };
    const location = answerUri(redirectUri, { ...answer, iss: settings.issuer });
    return { kind: "redirect", location };
  };
  if (isBadState) {
    return refuse("invalid_request", `state is not ASCII, or longer than ${longestState}`);
  }
  if (single(query, "response_type") !== "code") {
    return refuse("unsupported_response_type", "response_type has to be code");
  }
  const codeChallenge = single(query, "code_challenge");
  if (codeChallenge === undefined || single(query, "code_challenge_method") !== "S256") {
    return refuse("invalid_request", "PKCE with code_challenge_method S256 is required");
  }
  // A SHA-256 in base64url: RFC 7636, section 4.2.
  if (!/^[\w-]{43}$/.test(codeChallenge)) {
    return refuse("invalid_request", "code_challenge is not a SHA-256 in base64url");
  }
  const resource = single(query, "resource");
  if (resource !== undefined && !settings.resources.includes(resource)) {
    return refuse("invalid_target", "resource is not this server");
  }
  const scopes = grantableScopes(single(query, "scope"), settings);
  if (scopes === null) return refuse("invalid_scope", "None of these scopes can be had here");
  return {
    kind: "request",
    request: {
      client,
      redirectUri,
      registeredUri: registered,
      state,
      codeChallenge,
      scopes,
      resource,
      asksAgain: (single(query, "prompt") ?? "").split(" ").includes("consent"),
    },
  };
}

/**
 * Whether a web site of a stranger's waits at a redirect URI. To be sent there on nobody's word but the
 * link's would make of this server an open redirector (RFC 9700, section 4.11.2); a program on this device
 * is told what it did wrong.
 */
function isStrangersSite({ kind }: Client, redirectUri: string): boolean {
  return kind !== "settings" && /^https?:/i.test(redirectUri) && !isLoopbackUri(redirectUri);
}

const parameters = [
  "client_id",
  "redirect_uri",
  "response_type",
  "state",
  "scope",
  "code_challenge",
  "code_challenge_method",
  "resource",
  "prompt",
];

/**
 * Scopes that nobody knows are left out, as RFC 6749, section 3.3, allows; the token tells which. Those
 * of this server's resource server are for Cognito to know: what stands behind the gateway may ask for
 * scopes of its own.
 */
function grantableScopes(asked: string | undefined, settings: FacadeSettings): string[] | null {
  const { scopes, requiredScopes } = settings;
  if (asked !== undefined && asked.length > longestScope) return null;
  const known = [...scopes, userAdminScope, ...identityScopes];
  const wanted = asked === undefined ? scopes : asked.split(" ");
  const granted = wanted.filter(
    (scope) => known.includes(scope) || (isOwnScope(scope) && scopeForm.test(scope)),
  );
  return granted.length === 0 ? null : [...new Set([...requiredScopes, ...granted])];
}
