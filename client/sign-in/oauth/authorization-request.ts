import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { AppError } from "@cleanauth/common/app-error.ts";
import { masked } from "../../exchange.ts";
import { LocalizedError } from "../../localized-error.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { oauthError } from "./oauth-error.ts";
import { foreignBecause, oauthErrorTexts as texts } from "./oauth-error-texts.ts";
import type { OAuthClient } from "./token-requests.ts";

/** What a browser is sent to the authorization server with, and what is kept to know its answer by. */
export interface AuthorizationRequest {
  readonly url: URL;
  readonly state: string;
  readonly verifier: string;
  readonly scope: string | null;
}

/**
 * Makes a request for a code, with a verifier and a state of its own.
 * https://www.rfc-editor.org/rfc/rfc7636#section-4 and https://www.rfc-editor.org/rfc/rfc8707#section-2
 *
 * @param redirectUri where the browser is to bring the answer
 * @param scope separated by blanks; null asks for none
 */
export function createAuthorizationRequest(
  server: AuthorizationServer,
  client: OAuthClient,
  redirectUri: string,
  scope: string | null,
): AuthorizationRequest {
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(32).toString("base64url");
  const url = new URL(server.metadata.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    resource: server.resource,
    ...(scope === null ? {} : { scope }),
    // OpenID Connect Core 1.0, section 11: offline access wants consent.
    ...(scope?.split(" ").includes("offline_access") ? { prompt: "consent" } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url, state, verifier, scope };
}

const shownRequestParameters = [
  "response_type",
  "client_id",
  "redirect_uri",
  "scope",
  "resource",
  "code_challenge",
  "code_challenge_method",
];

/** What may be shown of a request: all but the state. */
export function shownRequest({ searchParams }: URL): Record<string, string> {
  const shown = shownRequestParameters.flatMap((name) => {
    const value = searchParams.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(shown), state: masked };
}

/** What may be shown of an answer: who gave it. */
export function issDetails(answer: URLSearchParams): Record<string, string> {
  const iss = answer.get("iss");
  return iss === null ? {} : { iss };
}

/**
 * The code of an answer that is the authorization server's own.
 * https://www.rfc-editor.org/rfc/rfc9207#section-2.4
 *
 * @param answer the parameters that the browser brought
 * @param state the one that the request was sent with
 * @throws AppError `sign_in_browser_answer` for an answer of somebody else, `sign_in_refused`
 */
export function requireCode(
  answer: URLSearchParams,
  state: string,
  server: AuthorizationServer,
): string {
  const given = Buffer.from(answer.get("state") ?? "");
  const expected = Buffer.from(state);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw foreignAnswer("state");
  }
  const issuers = answer.getAll("iss");
  const mustName = Reflect.get(server.metadata, "authorization_response_iss_parameter_supported");
  if (issuers.length > 0 ? issuers.some((iss) => iss !== server.issuer) : mustName === true) {
    throw foreignAnswer("issuer");
  }
  const error = answer.get("error");
  if (error !== null) throw oauthError(error, answer.get("error_description") ?? "");
  const [code, ...more] = answer.getAll("code");
  if (code === undefined || code === "" || more.length > 0) throw foreignAnswer("noCode");
  return code;
}

function foreignAnswer(why: keyof typeof foreignBecause): AppError {
  const words = texts.foreignAnswer(foreignBecause[why]);
  return new LocalizedError("sign_in_browser_answer", words);
}
