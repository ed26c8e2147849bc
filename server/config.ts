import { isIP } from "node:net";
import {
  clientIdSetting,
  poolIdSetting,
  regionOfPool,
  regionSetting,
} from "@cleanauth/common/cognito-settings.ts";
import {
  booleanSetting,
  type Environment,
  integerSetting,
  parseSettings,
  urlSetting,
} from "@cleanauth/common/environment.ts";
import { isLoopbackHost } from "@cleanauth/common/loopback.ts";
import { type TrustProxy, trustProxySetting } from "@cleanauth/common/trust-proxy.ts";
import { z } from "zod";

/** Everything that the server is told from outside; parsed once, before anything starts. */
export interface ServerConfig {
  /** Address or name to listen on. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** The origin by which callers call this server; null stands for `localhost` and its port. */
  readonly publicUrl: string | null;
  /** Loopback port of the metrics listener; 0 takes any free port. */
  readonly metricsPort: number;
  readonly cognito: CognitoConfig;
  /**
   * How long Cognito's word that a token was not revoked is believed, in seconds; null verifies
   * offline, and learns of no revocation before the token expires.
   */
  readonly revocationCheckSeconds: number | null;
  readonly facade: {
    readonly isWanted: boolean;
    /** Base URL of the pool's managed login, without a slash at its end. */
    readonly domainUrl: string | null;
    readonly publicClientId: string | null;
    readonly bindsResource: boolean;
    readonly fetchesDocuments: boolean;
  };
  readonly weatherApiUrl: string;
  readonly trustProxy: TrustProxy;
  /** Requests that one caller may make in a minute; 0 is off. */
  readonly rateLimitPerMinute: number;
  readonly maxSessions: number;
  readonly sessionIdleSeconds: number;
  /** Folder of what has to outlive the process. */
  readonly dataDir: string;
  /** The file that names the MCP servers behind this one; null for the usual place, if it is there. */
  readonly serversFile: string | null;
}

/** Whose tokens are accepted. */
export interface CognitoConfig {
  readonly poolId: string;
  /** App clients whose users' tokens are accepted. */
  readonly clientIds: readonly string[];
  /** The app client that is accepted for itself (`client_credentials`); null where no machine is. */
  readonly machineClientId: string | null;
  /**
   * Base URL of the stand-in whose keys are believed in place of Amazon's, on loopback; null outside
   * local mode.
   */
  readonly standInUrl: string | null;
}

/**
 * Parses the server's settings.
 *
 * @param environment the joined environment
 * @returns the typed settings, with defaults filled in
 * @throws AppError `configuration_invalid` that names every wrong variable
 */
export function parseServerConfig(environment: Environment): ServerConfig {
  const settings = parseSettings(serverSettings, environment);
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = settings;
  return {
    host: settings.HOST,
    port: settings.PORT,
    tls: certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : null,
    publicUrl: settings.PUBLIC_URL ?? null,
    metricsPort: settings.METRICS_PORT,
    cognito: {
      poolId: settings.COGNITO_POOL_ID,
      clientIds: [settings.COGNITO_CLIENT_ID, settings.COGNITO_PUBLIC_CLIENT_ID].filter(
        (id) => id !== undefined,
      ),
      machineClientId: settings.COGNITO_MACHINE_CLIENT_ID ?? null,
      // Outside local mode the endpoint is for the AWS SDK alone: it never says whose keys to believe.
      standInUrl: settings.CLEANAUTH_LOCAL
        ? (settings.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER ?? null)
        : null,
    },
    revocationCheckSeconds: settings.REVOCATION_CHECK_SECONDS ?? null,
    facade: {
      isWanted: settings.OAUTH_FACADE,
      domainUrl: settings.COGNITO_DOMAIN ?? null,
      publicClientId: settings.COGNITO_PUBLIC_CLIENT_ID ?? null,
      bindsResource: settings.COGNITO_RESOURCE_BINDING,
      fetchesDocuments: settings.OAUTH_CLIENT_DOCUMENTS,
    },
    weatherApiUrl: settings.WEATHER_API_URL,
    trustProxy: settings.TRUST_PROXY,
    rateLimitPerMinute: settings.RATE_LIMIT_PER_MINUTE,
    maxSessions: settings.MAX_SESSIONS,
    sessionIdleSeconds: settings.SESSION_IDLE_SECONDS,
    dataDir: settings.DATA_DIR,
    serversFile: settings.MCP_SERVERS_FILE ?? null,
  };
}

const hostSetting = z
  .string()
  .refine(
    (host) => isIP(host) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(host),
    "must be an address or a host name",
  );

const originSetting = urlSetting.refine(
  (url) => new URL(url).pathname === "/",
  "must have no path: give scheme, host and port only",
);

/** Managed login is on https; a stand-in's may be on loopback. The stack's output has no scheme. */
const domainSetting = z
  .string()
  .transform((text) => (text.includes("://") ? text : `https://${text}`))
  .pipe(originSetting)
  .refine((url) => url.startsWith("https:") || isLoopbackUrl(url), "must be https");

/** A poolId whose region `aws-jwt-verify` knows how to address. */
const verifiablePoolId = poolIdSetting.regex(
  /^[a-z]{2}-(gov-)?[a-z]+-\d_/,
  "must be in a region whose tokens can be verified",
);

/** Rules between variables are checked even when another variable is wrong, so that all are named. */
const always = { when: () => true };

const serverSettings = z
  .object({
    HOST: hostSetting.default("127.0.0.1"),
    PORT: integerSetting(0, 65_535).default(8080),
    TLS_CERT_FILE: z.string().optional(),
    TLS_KEY_FILE: z.string().optional(),
    PUBLIC_URL: originSetting.optional(),
    METRICS_PORT: integerSetting(0, 65_535).default(9464),
    COGNITO_POOL_ID: verifiablePoolId,
    COGNITO_CLIENT_ID: clientIdSetting,
    COGNITO_PUBLIC_CLIENT_ID: clientIdSetting.optional(),
    COGNITO_MACHINE_CLIENT_ID: clientIdSetting.optional(),
    COGNITO_REGION: regionSetting.optional(),
    COGNITO_DOMAIN: domainSetting.optional(),
    COGNITO_RESOURCE_BINDING: booleanSetting.default(false),
    OAUTH_FACADE: booleanSetting.default(true),
    OAUTH_CLIENT_DOCUMENTS: booleanSetting.default(true),
    REVOCATION_CHECK_SECONDS: integerSetting(1, 3_600).optional(),
    CLEANAUTH_LOCAL: booleanSetting.default(false),
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: urlSetting.optional(),
    WEATHER_API_URL: urlSetting.default("https://api.weather.gov"),
    TRUST_PROXY: trustProxySetting.default(false),
    RATE_LIMIT_PER_MINUTE: integerSetting(0, 1_000_000).default(600),
    MAX_SESSIONS: integerSetting(1, 1_000_000).default(1_000),
    SESSION_IDLE_SECONDS: integerSetting(1, 86_400).default(1_800),
    DATA_DIR: z.string().default(".cleanauth/data"),
    MCP_SERVERS_FILE: z.string().optional(),
  })
  .refine((it) => it.TLS_CERT_FILE === undefined || it.TLS_KEY_FILE !== undefined, {
    path: ["TLS_CERT_FILE"],
    message: "needs TLS_KEY_FILE beside it",
    ...always,
  })
  .refine((it) => it.TLS_KEY_FILE === undefined || it.TLS_CERT_FILE !== undefined, {
    path: ["TLS_KEY_FILE"],
    message: "needs TLS_CERT_FILE beside it",
    ...always,
  })
  .refine(
    (it) =>
      it.COGNITO_MACHINE_CLIENT_ID === undefined ||
      ![it.COGNITO_CLIENT_ID, it.COGNITO_PUBLIC_CLIENT_ID].includes(it.COGNITO_MACHINE_CLIENT_ID),
    {
      path: ["COGNITO_MACHINE_CLIENT_ID"],
      message: "must be another app client than those that sign users in",
      ...always,
    },
  )
  .refine((it) => isRegionOf(it.COGNITO_REGION, it.COGNITO_POOL_ID), {
    path: ["COGNITO_REGION"],
    message: "is not the region that COGNITO_POOL_ID begins with",
    ...always,
  })
  .refine((it) => it.CLEANAUTH_LOCAL !== true || isLoopbackHost(it.HOST ?? ""), {
    path: ["HOST"],
    message: "must be a loopback address while CLEANAUTH_LOCAL is on",
    ...always,
  })
  .refine(
    (it) => it.CLEANAUTH_LOCAL !== true || isLoopbackUrl(it.PUBLIC_URL ?? "http://localhost"),
    {
      path: ["PUBLIC_URL"],
      message: "must be a URL on loopback while CLEANAUTH_LOCAL is on",
      ...always,
    },
  )
  .refine(
    (it) =>
      it.CLEANAUTH_LOCAL !== true ||
      isLoopbackUrl(it.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER ?? ""),
    {
      path: ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"],
      message: "must be a URL on loopback while CLEANAUTH_LOCAL is on",
      ...always,
    },
  );

function isRegionOf(region: unknown, poolId: unknown): boolean {
  if (typeof region !== "string" || typeof poolId !== "string") return true;
  return regionOfPool(poolId) === region;
}

function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}
