import type { IncomingMessage, ServerResponse } from "node:http";
import { authenticate, type ChallengedResource, recallCaller } from "../auth/bearer.ts";
import type { Caller } from "../auth/caller.ts";
import type { TokenVerifier } from "../auth/cognito-verifier.ts";
import type { Metrics } from "../metrics.ts";
import type { AddressLimit } from "./address-limit.ts";
import { sendJson } from "./answers.ts";
import { valuesOf } from "./header-values.ts";
import { contextOf, type RequestContext } from "./request-context.ts";

/**
 * Lets a request through only with a caller, and takes its token away: no handler behind this one
 * can log it or pass it on.
 *
 * @param verifier decides about the token
 * @param resource what the challenge speaks of to a client that has none
 * @param metrics counts the result
 * @param refusals bounds how many bad tokens an address may try. After that, one that is remembered is
 *   let through still, and of the others so many are looked at that a neighbour's good one has a chance
 * @returns answers whether there is a caller; if not, the request is answered
 */
export function requireBearer(
  verifier: TokenVerifier,
  resource: ChallengedResource,
  metrics: Metrics,
  refusals: AddressLimit,
) {
  const accept = (req: IncomingMessage, context: RequestContext, caller: Caller): true => {
    metrics.countVerification("accepted");
    context.caller = caller;
    removeAuthorization(req);
    return true;
  };
  const refuseForAWhile = (res: ServerResponse, waitSeconds: number): false => {
    contextOf(res).refusal = "too-many-refusals";
    metrics.countVerification("too-many-refusals");
    const problem = "Too many tokens from your address were refused";
    const answer = { error: "too_many_requests", error_description: problem };
    sendJson(res, 429, JSON.stringify(answer), ["Retry-After", String(waitSeconds)]);
    return false;
  };
  return async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const context = contextOf(res);
    const authorization = valuesOf(req, "authorization");
    const credentials = { authorization, hasTokenInQuery: hasTokenInQuery(req) };
    const known = recallCaller(credentials, verifier);
    if (known !== null) return accept(req, context, known);
    // Before any cryptography: to refuse a token costs twice what it costs to answer a call.
    if (authorization.length > 0 && !refusals.mayTry(context.address))
      return refuseForAWhile(res, 1);
    const outcome = await authenticate(credentials, verifier, resource);
    if ("caller" in outcome) return accept(req, context, outcome.caller);
    const { status, headers, body, reason } = outcome.refusal;
    const isBadToken = status !== 503 && reason !== "none";
    const waitSeconds = isBadToken ? refusals.count(context.address) : null;
    if (waitSeconds !== null) return refuseForAWhile(res, waitSeconds);
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
