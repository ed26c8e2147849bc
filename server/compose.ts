import { regionOfPool } from "@cleanauth/common/cognito-settings.ts";
import type { Logger } from "@cleanauth/common/log.ts";
import { qualifiedScopes, userAdminScope } from "@cleanauth/common/scopes-and-groups.ts";
import type { Express } from "express";
import type { Activity } from "./activity.ts";
import { createApp } from "./app.ts";
import { createCognitoVerifier } from "./auth/cognito-verifier.ts";
import { acceptedAudiences } from "./auth/metadata.ts";
import type { PoolKeys } from "./auth/pool-keys.ts";
import { rememberAccepted } from "./auth/remembering-verifier.ts";
import { getUserAt, withRevocation } from "./auth/revocation-verifier.ts";
import type { ServerConfig } from "./config.ts";
import { judgeHealth } from "./health.ts";
import { createMcpServerFactory } from "./mcp/mcp-server.ts";
import type { Metrics } from "./metrics.ts";
import { serverVersion } from "./server-version.ts";
import type { NotesStore } from "./store/notes.ts";
import { createTools } from "./tools/index.ts";
import { createToolRegistry } from "./tools/registry.ts";
import type { Tool } from "./tools/tool.ts";
import { callableAs } from "./transport/origin.ts";
import type { RateLimit } from "./transport/rate-limit.ts";
import type { Sessions } from "./transport/sessions.ts";
import { createHttpSse } from "./transport/sse.ts";
import { createStreamableHttp } from "./transport/streamable-http.ts";
import { createWeatherService } from "./weather/weather-service.ts";

/** What lives as long as the server and has to be stopped with it. */
export interface LongLived {
  readonly notes: NotesStore;
  readonly keys: PoolKeys;
  readonly activity: Activity;
  readonly sessions: Sessions;
  readonly metrics: Metrics;
  readonly rateLimit: RateLimit;
  readonly logger: Logger;
  readonly startedAtMilliseconds: number;
}

/**
 * Puts the request's way together: bearer check, policy, sessions, tools.
 *
 * @param port the port that is listened on; with port 0 it is known only then
 * @param extraTools tools beside the built-in ones
 * @returns what answers requests, and the origin by which callers call it
 */
export function composeApp(
  config: ServerConfig,
  port: number,
  longLived: LongLived,
  extraTools: readonly Tool[],
): { readonly app: Express; readonly publicUrl: string } {
  const { notes, keys, sessions, metrics, activity, logger } = longLived;
  const scheme = config.tls === null ? "http" : "https";
  const publicUrl = config.publicUrl ?? `${scheme}://localhost:${port}`;
  const { verifier, scopes } = createVerifier(config, keys, publicUrl);
  keys.onChange = () => verifier.forget();
  const weather = createWeatherService({
    baseUrl: config.weatherApiUrl,
    userAgent: `cleanauth-mcp-server/${serverVersion}`,
  });
  const builtIn = createTools({
    checks: verifier.checks,
    weather,
    notes,
    dataDir: config.dataDir,
    now: Date.now,
  });
  const tools = createToolRegistry([...builtIn, ...extraTools], { metrics, logger, activity });
  const createMcpServer = createMcpServerFactory({ tools }, serverVersion);
  const transportParts = { sessions, createMcpServer, metrics, activity };
  const app = createApp({
    trustProxy: config.trustProxy,
    publicUrl,
    callable: callableAs(publicUrl, { host: config.host, port, scheme }),
    verifier,
    scopes,
    tools,
    limitRate: longLived.rateLimit.handler,
    streamableHttp: createStreamableHttp(transportParts),
    httpSse: createHttpSse(transportParts),
    health: () =>
      judgeHealth({
        version: serverVersion,
        uptimeSeconds: (Date.now() - longLived.startedAtMilliseconds) / 1000,
        sessions: sessions.size,
        keys: keys.state,
        notes: notes.state,
      }),
    metrics,
    logger,
  });
  return { app, publicUrl };
}

/** The verifier that the settings ask for, and the scopes that a token for all tools has to hold. */
function createVerifier(config: ServerConfig, keys: PoolKeys, publicUrl: string) {
  const { cognito, revocationCheckSeconds } = config;
  const offline = createCognitoVerifier(cognito, keys, acceptedAudiences(publicUrl));
  if (revocationCheckSeconds === null) {
    return { verifier: rememberAccepted(offline), scopes: qualifiedScopes };
  }
  const ask = getUserAt(regionOfPool(cognito.poolId), cognito.standInUrl);
  const bounds = { longestMilliseconds: revocationCheckSeconds * 1000 };
  return {
    verifier: rememberAccepted(withRevocation(offline, ask), bounds),
    scopes: [userAdminScope, ...qualifiedScopes],
  };
}
