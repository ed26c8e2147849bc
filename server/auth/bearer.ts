import type { Caller } from "./caller.ts";
import type { RefusalReason, TokenVerifier } from "./cognito-verifier.ts";

/**
 * What a request says about its caller. Knows no HTTP library, so that any way in can ask.
 */
export interface Credentials {
  /** Every value of the `Authorization` header. */
  readonly authorization: readonly string[];
  /** Whether the URL's query has an `access_token`. */
  readonly hasTokenInQuery: boolean;
}

/** How a request is turned away: RFC 6750, section 3. */
export interface BearerRefusal {
  readonly status: 400 | 401 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: string; readonly error_description: string };
  /** For metrics and the log. */
  readonly reason: RefusalReason | "none" | "invalid-request" | "unavailable";
}

/** What a challenge tells a client about the resource that it called. */
export interface ChallengedResource {
  /** Where the resource's metadata is (RFC 9728, section 5.1). */
  readonly metadataUrl: string;
  /** What a token for the whole of it has to hold. */
  readonly scopes: readonly string[];
}

export type BearerOutcome = { readonly caller: Caller } | { readonly refusal: BearerRefusal };

/** A Cognito token is 1 to 2 KB, some more with very many groups. */
const longestTokenCharacters = 8_192;

/** `b64token` of RFC 6750, section 2.1. */
const bearerForm = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The short way of most requests: the one token that they carry was accepted before. It needs no look
 * at its form, which it had then, and waits for nothing.
 *
 * @returns the caller; null when {@link authenticate} has to find out
 */
export function recallCaller(
  { authorization, hasTokenInQuery }: Credentials,
  verifier: TokenVerifier,
): Caller | null {
  const [only = ""] = authorization;
  if (authorization.length !== 1 || hasTokenInQuery || !only.startsWith("Bearer ")) return null;
  return verifier.recall?.(only.slice(7)) ?? null;
}

/**
 * Finds out whose request it is.
 *
 * @param credentials what the request carries
 * @param verifier decides about the token
 * @param resource what the challenge speaks of
 * @returns the caller, or the answer that turns the request away
 */
export async function authenticate(
  credentials: Credentials,
  verifier: TokenVerifier,
  resource: ChallengedResource,
): Promise<BearerOutcome> {
  const found = findToken(credentials);
  if (found.kind === "none") return { refusal: challenge(401, "none", resource) };
  if (found.kind === "invalid") {
    return {
      refusal: challenge(400, "invalid-request", resource, {
        error: "invalid_request",
        error_description: found.description,
      }),
    };
  }
  const verification = await verifier.verify(found.token);
  if (verification.outcome === "accepted") return { caller: verification.caller };
  if (verification.outcome === "unavailable") {
    return { refusal: unavailable(verification.retryAfterSeconds) };
  }
  return {
    refusal: challenge(401, verification.reason, resource, {
      error: "invalid_token",
      error_description: verification.description,
    }),
  };
}

type FoundToken =
  | { kind: "token"; token: string }
  /** No bearer token at all, or credentials of another scheme. */
  | { kind: "none" }
  | { kind: "invalid"; description: string };

/**
 * Finds the one bearer token of a request.
 *
 * @param credentials what the request carries
 */
export function findToken(credentials: Credentials): FoundToken {
  if (credentials.hasTokenInQuery) {
    return invalid("A token in the URL is not accepted: send it in the Authorization header");
  }
  const [authorization, ...more] = credentials.authorization;
  if (authorization === undefined) return { kind: "none" };
  if (more.length > 0) return invalid("There is more than one Authorization header");
  if (!/^Bearer(\s|$)/i.test(authorization)) return { kind: "none" };
  if (authorization.length > longestTokenCharacters) return invalid("The token is too long");
  const token = bearerForm.exec(authorization)?.[1];
  if (token === undefined)
    return invalid("The Authorization header is not of the form Bearer TOKEN");
  return { kind: "token", token };
}

function invalid(description: string): FoundToken {
  return { kind: "invalid", description };
}

/**
 * Writes the value of a `WWW-Authenticate` header (RFC 6750, section 3).
 *
 * @param parameters what their values hold beside the characters that may be there becomes `?`: a caller
 *   chooses the name of a tool, and no header that is written ends at a quote, or cannot be written at all
 */
export function formatChallenge(parameters: Readonly<Record<string, string>>): string {
  const list = Object.entries(parameters).map(
    ([name, text]) => `${name}="${text.replace(/[^ !#-[\]-~]/g, "?")}"`,
  );
  return `Bearer ${list.join(", ")}`;
}

function challenge(
  status: 400 | 401,
  reason: BearerRefusal["reason"],
  { metadataUrl, scopes }: ChallengedResource,
  problem?: BearerRefusal["body"],
): BearerRefusal {
  const value = formatChallenge({
    ...problem,
    // A client asks for these; those of all tools, since a tool that it may not use is not listed
    // to it, and so never leads to the challenge that would have it ask for more.
    ...(status === 401 && { scope: scopes.join(" ") }),
    resource_metadata: metadataUrl,
  });
  return {
    status,
    reason,
    headers: { "WWW-Authenticate": value },
    body: problem ?? {
      error: "unauthorized",
      error_description: "Sign in and send the access token in the Authorization header",
    },
  };
}

function unavailable(retryAfterSeconds: number): BearerRefusal {
  return {
    status: 503,
    reason: "unavailable",
    headers: { "Retry-After": String(retryAfterSeconds) },
    body: {
      error: "temporarily_unavailable",
      error_description:
        "The token cannot be verified at present, which is no fault of it; try again",
    },
  };
}
