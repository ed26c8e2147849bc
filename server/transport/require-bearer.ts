import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { authenticate, type ChallengedResource } from "../auth/bearer.ts";
import type { TokenVerifier } from "../auth/cognito-verifier.ts";
import type { Metrics } from "../metrics.ts";
import { valuesOf } from "./header-values.ts";
import { contextOf } from "./request-context.ts";

/**
 * Lets a request through only with a caller, and takes its token away: no handler behind this one
 * can log it or pass it on.
 *
 * @param verifier decides about the token
 * @param resource what the challenge tells a client that has none
 * @param metrics counts the result
 */
export function requireBearer(
  verifier: TokenVerifier,
  resource: ChallengedResource,
  metrics: Metrics,
): RequestHandler {
  return async (req, res, next) => {
    const outcome = await authenticate(
      {
        authorization: valuesOf(req, "authorization"),
        hasTokenInQuery: "access_token" in req.query,
      },
      verifier,
      resource,
    );
    if ("caller" in outcome) {
      metrics.countVerification("accepted");
      contextOf(res).caller = outcome.caller;
      removeAuthorization(req);
      return next();
    }
    const { status, headers, body, reason } = outcome.refusal;
    metrics.countVerification(reason);
    contextOf(res).refusal = reason;
    res.status(status).set(headers).json(body);
  };
}

function removeAuthorization(req: IncomingMessage): void {
  delete req.headers.authorization;
  const at = req.rawHeaders.findIndex(
    (text, index) => index % 2 === 0 && text.toLowerCase() === "authorization",
  );
  // The SDK's transport builds its own headers from these.
  if (at >= 0) req.rawHeaders.splice(at, 2);
}
