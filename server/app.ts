import type { RequestListener } from "node:http";
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
import type { FacadeRoute } from "./facade/facade.ts";
import { identityKeysPath } from "./gateway/caller-identity.ts";
import type { Health } from "./health.ts";
import type { Metrics } from "./metrics.ts";
import type { AddressLimit } from "./transport/address-limit.ts";
import { refuseMethod, sendProblem } from "./transport/answers.ts";
import { addFacadeRoutes } from "./transport/facade-routes.ts";
import { answerDefect, createFront } from "./transport/front.ts";
import type { Callable } from "./transport/origin.ts";
import type { RateLimit } from "./transport/rate-limit.ts";
import { nameRoute, trackRequests } from "./transport/request-context.ts";
import { requireBearer } from "./transport/require-bearer.ts";
import type { HttpSse } from "./transport/sse.ts";
import type { StreamableHttp } from "./transport/streamable-http.ts";

export interface AppParts {
  readonly trustProxy: ServerConfig["trustProxy"];
  /** The origin by which callers call this server. */
  readonly publicUrl: string;
  readonly callable: Callable;
  readonly verifier: TokenVerifier;
  /** The authorization servers that clients may go to; who does not choose takes the first. */
  readonly authorizationServers: readonly string[];
  /** Empty where the façade is off. */
  readonly facadeRoutes: readonly FacadeRoute[];
  /** For the façade, and for tokens that are refused. */
  readonly addressLimits: { readonly facade: AddressLimit; readonly refusals: AddressLimit };
  /** What a token for all tools has to hold. */
  readonly scopes: readonly string[];
  /** The keys with which servers behind this one check who calls; null where there are none. */
  readonly identityKeys: (() => Promise<unknown>) | null;
  readonly limitRate: RateLimit;
  readonly streamableHttp: StreamableHttp;
  readonly httpSse: HttpSse;
  readonly health: () => Health;
  readonly isStopping: () => boolean;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Puts the routes of the server together: those that carry MCP, and the open ones.
 */
export function createApp(parts: AppParts): RequestListener {
  const { verifier, publicUrl, scopes, metrics, logger, streamableHttp, httpSse } = parts;
  const bearerFor = (path: ResourcePath) => {
    const metadataUrl = protectedResourceMetadataUrl(publicUrl, path);
    return requireBearer(verifier, { metadataUrl, scopes }, metrics, parts.addressLimits.refusals);
  };
  const { get, post, delete: remove } = streamableHttp;
  return createFront({
    track: trackRequests({ ...parts, headers: securityHeaders(publicUrl) }),
    callable: parts.callable,
    limitRate: parts.limitRate,
    guarded: {
      "/mcp": { bearer: bearerFor("/mcp"), methods: { GET: get, POST: post, DELETE: remove } },
      "/sse": { bearer: bearerFor("/sse"), methods: { GET: httpSse.openStream } },
      "/messages": { bearer: bearerFor("/sse"), methods: { POST: httpSse.postMessage } },
    },
    open: createOpenRoutes(parts),
    logger,
  });
}

/** What is answered without a token. */
function createOpenRoutes({
  trustProxy,
  publicUrl,
  authorizationServers,
  facadeRoutes,
  addressLimits,
  scopes,
  health,
  identityKeys,
  logger,
}: AppParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("strict routing");
  app.enable("case sensitive routing");
  app.set("query parser", "simple");
  app.set("trust proxy", trustProxy);

  const open = (path: string, respond: RequestHandler) =>
    app.route(path).all(nameRoute(path)).get(respond).all(refuseMethod("GET", "HEAD"));
  open("/health", (_req, res) => void res.json(health()));
  if (identityKeys !== null) {
    open(identityKeysPath, async (_req, res) => void res.json(await identityKeys()));
  }
  for (const path of ["", "/mcp", "/sse"] as const) {
    const document = protectedResourceMetadata(publicUrl, path, authorizationServers, scopes);
    open(`${protectedResourcePath}${path}`, (_req, res) => void res.json(document));
  }
  addFacadeRoutes(app, facadeRoutes, addressLimits.facade);

  app.use((_req, res) => sendProblem(res, 404, "not_found", "There is nothing at this path"));
  app.use(answerErrors(logger));
  return app;
}

/** Answers of an API: never framed, cached, or taken for something else. */
function securityHeaders(publicUrl: string): readonly string[] {
  const isHttps = publicUrl.startsWith("https:");
  return [
    ...["Cache-Control", "no-store"],
    ...["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
    ...["Cross-Origin-Resource-Policy", "same-origin"],
    ...["Referrer-Policy", "no-referrer"],
    ...["X-Content-Type-Options", "nosniff"],
    ...(isHttps ? ["Strict-Transport-Security", "max-age=31536000"] : []),
  ];
}

function answerErrors(logger: Logger): ErrorRequestHandler {
  return (error, _req, res, next) => {
    if (res.headersSent) return next(error);
    if (typeof error?.status === "number" && error.status >= 400 && error.status < 500) {
      return sendProblem(res, error.status, "bad_request", "The request cannot be read");
    }
    answerDefect(error, res, logger);
  };
}
