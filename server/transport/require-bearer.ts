import type { IncomingMessage, ServerResponse } from "node:http";
import { authenticate, type ChallengedResource } from "../auth/bearer.ts";
import type { TokenVerifier } from "../auth/cognito-verifier.ts";
import type { Metrics } from "../metrics.ts";
import type { AddressLimit } from "./address-limit.ts";
import { sendJson } from "./answers.ts";
import { valuesOf } from "./header-values.ts";
import { contextOf } from "./request-context.ts";

/**
 * Lets a request through only with a caller, and takes its token away: no handler behind this one
 * can log it or pass it on.
 *
 * @param verifier decides about the token
 * @param resource what the challenge speaks of to a client that has none
 * @param metrics counts the result
 * @param refusals bounds how many bad tokens an address may try. A good one is always let through, so
 *   that nobody is locked out by a neighbour's bad ones
 * @returns answers whether there is a caller; if not, the request is answered
 */
export function requireBearer(
  verifier: TokenVerifier,
  resource: ChallengedResource,
  metrics: Metrics,
  refusals: AddressLimit,
) {
  return async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const authorization = valuesOf(req, "authorization");
    const credentials = { authorization, hasTokenInQuery: hasTokenInQuery(req) };
    const authenticating = authenticate(credentials, verifier, resource);
    const outcome = authenticating instanceof Promise ? await authenticating : authenticating;
    const context = contextOf(res);
    if ("caller" in outcome) {
      metrics.countVerification("accepted");
      context.caller = outcome.caller;
      removeAuthorization(req);
      return true;
    }
    const { status, headers, body, reason } = outcome.refusal;
    const isBadToken = status !== 503 && reason !== "none";
    const waitSeconds = isBadToken ? refusals.count(context.address) : null;
    if (waitSeconds !== null) {
      context.refusal = "too-many-refusals";
      metrics.countVerification("too-many-refusals");
      const problem = "Too many tokens from your address were refused";
      const answer = { error: "too_many_requests", error_description: problem };
      sendJson(res, 429, JSON.stringify(answer), ["Retry-After", String(waitSeconds)]);
      return false;
    }
    metrics.countVerification(reason);
    context.refusal = reason;
    sendJson(res, status, JSON.stringify(body), Object.entries(headers).flat());
    return false;
  };
}

function hasTokenInQuery({ url = "" }: IncomingMessage): boolean {
  const query = url.indexOf("?");
  return query >= 0 && new URLSearchParams(url.slice(query)).has("access_token");
}

/** An empty value in its place: to delete it would make all other headers slow to read. */
function removeAuthorization({ headers, rawHeaders }: IncomingMessage): void {
  headers.authorization = "";
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length !== 13 || name.toLowerCase() !== "authorization") continue;
    rawHeaders[index + 1] = "";
  }
}
