import type { Logger } from "@cleanauth/common/log.ts";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import type { TokenVerifier } from "./auth/cognito-verifier.ts";
import {
  protectedResourceMetadata,
  protectedResourceMetadataUrl,
  protectedResourcePath,
  type ResourcePath,
} from "./auth/metadata.ts";
import type { ServerConfig } from "./config.ts";
import type { Health } from "./health.ts";
import type { ToolFeature } from "./mcp/features.ts";
import type { Metrics } from "./metrics.ts";
import { refuseMethod, rpcCode, sendProblem, sendRpcError } from "./transport/answers.ts";
import { maximumBodyBytes, readMessage } from "./transport/json-rpc-body.ts";
import { type Callable, requireOwnHostAndOrigin } from "./transport/origin.ts";
import { contextOf, nameRoute, trackRequests } from "./transport/request-context.ts";
import { requireBearer } from "./transport/require-bearer.ts";
import { requireScope } from "./transport/require-scope.ts";
import type { HttpSse } from "./transport/sse.ts";
import type { StreamableHttp } from "./transport/streamable-http.ts";

export interface AppParts {
  readonly trustProxy: ServerConfig["trustProxy"];
  /** The origin by which callers call this server. */
  readonly publicUrl: string;
  readonly callable: Callable;
  readonly verifier: TokenVerifier;
  /** What a token for all tools has to hold. */
  readonly scopes: readonly string[];
  readonly tools: Pick<ToolFeature, "findNeededScopes">;
  readonly limitRate: RequestHandler;
  readonly streamableHttp: StreamableHttp;
  readonly httpSse: HttpSse;
  readonly health: () => Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Puts the routes of the server together. A request goes through Host and Origin, then on every
 * route that carries MCP through the bearer check and the rate limit, and only then is its body read.
 */
export function createApp(parts: AppParts): Express {
  const { verifier, publicUrl, scopes, metrics, logger, streamableHttp, httpSse } = parts;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("strict routing");
  app.enable("case sensitive routing");
  app.set("query parser", "simple");
  app.set("trust proxy", parts.trustProxy);

  app.use(trackRequests(logger, metrics));
  app.use(setSecurityHeaders(publicUrl));
  app.use(requireOwnHostAndOrigin(parts.callable));

  const open = (path: string, respond: RequestHandler) =>
    app.route(path).all(nameRoute(path)).get(respond).all(refuseMethod("GET", "HEAD"));
  open("/health", (_req, res) => void res.json(parts.health()));
  for (const path of ["", "/mcp", "/sse"] as const) {
    const document = protectedResourceMetadata(publicUrl, path, verifier.issuer, scopes);
    open(`${protectedResourcePath}${path}`, (_req, res) => void res.json(document));
  }

  const resourceAt = (path: ResourcePath) => {
    return { metadataUrl: protectedResourceMetadataUrl(publicUrl, path), scopes };
  };
  const guarded = (path: string, resource: ResourcePath) =>
    app
      .route(path)
      .all(nameRoute(path), requireBearer(verifier, resourceAt(resource), metrics))
      .all(parts.limitRate);
  const refuseOnMcp = refuseMethod("GET", "POST", "DELETE");
  guarded("/mcp", "/mcp")
    // Express takes HEAD for GET, which would open a stream.
    .head(refuseOnMcp)
    .get(streamableHttp.get)
    .post(readMessage(), requireScope(parts.tools, resourceAt("/mcp")), streamableHttp.post)
    .delete(streamableHttp.delete)
    .all(refuseOnMcp);
  guarded("/sse", "/sse")
    .head(refuseMethod("GET"))
    .get(httpSse.openStream)
    .all(refuseMethod("GET"));
  guarded("/messages", "/sse").post(readMessage(), httpSse.postMessage).all(refuseMethod("POST"));

  app.use((_req, res) => sendProblem(res, 404, "not_found", "There is nothing at this path"));
  app.use(answerErrors(logger));
  return app;
}

/** Answers of an API: never framed, cached, or taken for something else. */
function setSecurityHeaders(publicUrl: string): RequestHandler {
  const headers = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    ...(publicUrl.startsWith("https:") && { "Strict-Transport-Security": "max-age=31536000" }),
  };
  return (_req, res, next) => {
    res.set(headers);
    next();
  };
}

/** What reading a body may fail with: https://github.com/expressjs/body-parser#errors */
function answerErrors(logger: Logger): ErrorRequestHandler {
  return (error, _req, res, next) => {
    if (res.headersSent) return next(error);
    if (error?.type === "entity.too.large") {
      // The rest of the body is not worth reading.
      res.setHeader("Connection", "close");
      const problem = `Payload Too Large: at most ${maximumBodyBytes} bytes`;
      return sendRpcError(res, 413, rpcCode.serverError, problem);
    }
    if (error?.type === "encoding.unsupported") {
      const problem = "Unsupported Media Type: send the body uncompressed";
      return sendRpcError(res, 415, rpcCode.serverError, problem);
    }
    if (typeof error?.status === "number" && error.status >= 400 && error.status < 500) {
      return sendProblem(res, error.status, "bad_request", "The request cannot be read");
    }
    const { requestId } = contextOf(res);
    logger.error({ err: error, requestId }, "request failed");
    const problem = `The server failed unexpectedly. Its log has it under ${requestId}`;
    sendProblem(res, 500, "server_error", problem);
  };
}
