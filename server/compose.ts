import type { RequestListener } from "node:http";
import { join } from "node:path";
import { regionOfPool } from "@cleanauth/common/cognito-settings.ts";
import type { Logger } from "@cleanauth/common/log.ts";
import { qualifiedScopes, userAdminScope } from "@cleanauth/common/scopes-and-groups.ts";
import type { Activity } from "./activity.ts";
import { createApp } from "./app.ts";
import { createCognitoVerifier } from "./auth/cognito-verifier.ts";
import { acceptedAudiences, protectedResourceMetadataUrl } from "./auth/metadata.ts";
import type { PoolKeys } from "./auth/pool-keys.ts";
import { rememberAccepted } from "./auth/remembering-verifier.ts";
import { getUserAt, withRevocation } from "./auth/revocation-verifier.ts";
import type { ServerConfig } from "./config.ts";
import { createFacade } from "./facade/facade.ts";
import { whyFacadeIsOff } from "./facade/facade-settings.ts";
import { readSealingKey } from "./facade/sealed.ts";
import { besideGateway } from "./gateway/beside-gateway.ts";
import { type Gateway, openGateway } from "./gateway/open-gateway.ts";
import { judgeHealth } from "./health.ts";
import { createMcpServerFactory, type McpServerFactory } from "./mcp/mcp-server.ts";
import type { Metrics } from "./metrics.ts";
import { createNoteResources } from "./notes/note-resources.ts";
import { createOwnPrompts } from "./notes/own-prompts.ts";
import { serverVersion } from "./server-version.ts";
import type { NotesStore } from "./store/notes.ts";
import type { SessionRecords } from "./store/session-records.ts";
import { createTools } from "./tools/index.ts";
import { createToolRegistry } from "./tools/registry.ts";
import type { Tool } from "./tools/tool.ts";
import { AddressLimit } from "./transport/address-limit.ts";
import { pathsForAnyOrigin } from "./transport/facade-routes.ts";
import { callableAs } from "./transport/origin.ts";
import { createRateLimit } from "./transport/rate-limit.ts";
import { requireScope } from "./transport/require-scope.ts";
import type { Sessions } from "./transport/sessions.ts";
import { createHttpSse } from "./transport/sse.ts";
import { createStreamableHttp } from "./transport/streamable-http.ts";
import type { Ticker } from "./transport/ticker.ts";
import { createWeatherService } from "./weather/weather-service.ts";

/** What lives as long as the server and has to be stopped with it. */
export interface LongLived {
  readonly notes: NotesStore;
  readonly keys: PoolKeys;
  readonly activity: Activity;
  readonly sessions: Sessions;
  readonly records: SessionRecords;
  readonly metrics: Metrics;
  readonly ticker: Ticker;
  readonly logger: Logger;
  readonly isStopping: () => boolean;
  readonly startedAtMilliseconds: number;
}

/**
 * Puts the request's way together: bearer check, policy, sessions, tools.
 *
 * @param port the port that is listened on; with port 0 it is known only then
 * @param options.extraTools tools beside the built-in ones
 * @param options.createMcpServer in place of the one with the tools
 * @returns what answers requests, and the origin by which callers call it, and what has
 *   to be closed
 * @throws AppError `configuration_servers_file`
 */
export function composeApp(
  config: ServerConfig,
  port: number,
  longLived: LongLived,
  options: { readonly extraTools?: readonly Tool[]; readonly createMcpServer?: McpServerFactory },
): { readonly app: RequestListener; readonly publicUrl: string; readonly gateway: Gateway | null } {
  const { notes, keys, sessions, metrics, activity, logger } = longLived;
  const scheme = config.tls === null ? "http" : "https";
  const publicUrl = config.publicUrl ?? `${scheme}://localhost:${port}`;
  const { verifier, scopes } = createVerifier(config, keys, publicUrl);
  keys.onChange = () => verifier.forget();
  const facade = composeFacade(config, publicUrl, scopes);
  logger.info(
    "issuer" in facade ? { issuer: facade.issuer } : { because: facade.whyOff },
    "issuer" in facade ? "OAuth façade is on" : "OAuth façade is off: clients are sent to Cognito",
  );
  const facadeRoutes = "routes" in facade ? facade.routes : [];
  const gateway = openGateway(config, publicUrl, { metrics, activity, logger });
  const weather = createWeatherService({
    baseUrl: config.weatherApiUrl,
    userAgent: `cleanauth-mcp-server/${serverVersion}`,
  });
  const builtIn = createTools({
    checks: verifier.checks,
    weather,
    notes,
    dataDir: config.dataDir,
    servers: () => gateway?.states() ?? {},
    now: Date.now,
  });
  const { extraTools = [] } = options;
  const registry = createToolRegistry([...builtIn, ...extraTools], { metrics, logger, activity });
  const own = {
    tools: registry,
    resources: createNoteResources(notes),
    ...createOwnPrompts(notes),
  };
  const features = gateway === null ? own : besideGateway(own, gateway.features);
  const createMcpServer =
    options.createMcpServer ?? createMcpServerFactory(features, serverVersion);
  const transportParts = { ...longLived, createMcpServer };
  const metadataUrl = protectedResourceMetadataUrl(publicUrl, "/mcp");
  const checkMessage = requireScope(features.tools, { metadataUrl, scopes });
  const app = createApp({
    trustProxy: config.trustProxy,
    publicUrl,
    callable: callableAs(
      publicUrl,
      { host: config.host, port, scheme },
      pathsForAnyOrigin(facadeRoutes),
    ),
    verifier,
    authorizationServers: authorizationServers(config, facade, verifier.issuer),
    facadeRoutes,
    addressLimits: createAddressLimits(config.rateLimitPerMinute),
    scopes,
    identityKeys: gateway === null ? null : () => gateway.identity.keys(),
    limitRate: createRateLimit(config.rateLimitPerMinute),
    streamableHttp: createStreamableHttp({ ...transportParts, checkMessage }),
    httpSse: createHttpSse(transportParts),
    health: () =>
      judgeHealth({
        version: serverVersion,
        uptimeSeconds: (Date.now() - longLived.startedAtMilliseconds) / 1000,
        sessions: sessions.size,
        keys: keys.state,
        notes: notes.state,
        servers: gateway?.states() ?? null,
      }),
    isStopping: longLived.isStopping,
    metrics,
    logger,
  });
  return { app, publicUrl, gateway };
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

/**
 * An address whose caller is not known yet gets a part of what a caller gets. A sign-in takes five calls,
 * and a whole office may have one address; bad tokens have no such excuse.
 */
function createAddressLimits(rateLimitPerMinute: number) {
  return {
    facade: new AddressLimit(Math.ceil(rateLimitPerMinute / 5)),
    refusals: new AddressLimit(Math.ceil(rateLimitPerMinute / 10)),
  };
}

/** Where callers get their tokens. A machine has its own client and secret, and gives them to Cognito alone. */
function authorizationServers(
  { cognito }: ServerConfig,
  facade: ReturnType<typeof composeFacade>,
  pool: string,
): readonly string[] {
  if (!("issuer" in facade)) return [pool];
  return cognito.machineClientId === null ? [facade.issuer] : [facade.issuer, pool];
}

/** The façade's routes, or why there are none. */
function composeFacade(config: ServerConfig, publicUrl: string, scopes: readonly string[]) {
  const { domainUrl, publicClientId, bindsResource, fetchesDocuments } = config.facade;
  const whyOff = whyFacadeIsOff({ ...config.facade, publicUrl });
  if (whyOff !== null || domainUrl === null || publicClientId === null) return { whyOff };
  const settings = {
    issuer: publicUrl,
    domainUrl,
    publicClientId,
    scopes,
    requiredScopes: scopes.filter((scope) => scope === userAdminScope),
    resources: acceptedAudiences(publicUrl),
    bindsResource,
    fetchesDocuments,
  };
  const key = readSealingKey(join(config.dataDir, "facade.key"));
  return { issuer: publicUrl, routes: createFacade(settings, key) };
}
