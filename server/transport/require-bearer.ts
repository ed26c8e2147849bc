import type { IncomingMessage, ServerResponse } from "node:http";
import { authenticate, type ChallengedResource } from "../auth/bearer.ts";
import type { TokenVerifier } from "../auth/cognito-verifier.ts";
import type { Metrics } from "../metrics.ts";
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
 * @returns answers whether there is a caller; if not, the request is answered
 */
export function requireBearer(
  verifier: TokenVerifier,
  resource: ChallengedResource,
  metrics: Metrics,
) {
  return async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const outcome = await authenticate(
      { authorization: valuesOf(req, "authorization"), hasTokenInQuery: hasTokenInQuery(req) },
      verifier,
      resource,
    );
    const context = contextOf(res);
    if ("caller" in outcome) {
      metrics.countVerification("accepted");
      context.caller = outcome.caller;
      removeAuthorization(req);
      return true;
    }
    const { status, headers, body, reason } = outcome.refusal;
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

function removeAuthorization(req: IncomingMessage): void {
  delete req.headers.authorization;
  const at = req.rawHeaders.findIndex(
    (text, index) => index % 2 === 0 && text.toLowerCase() === "authorization",
  );
  if (at >= 0) req.rawHeaders.splice(at, 2);
}
