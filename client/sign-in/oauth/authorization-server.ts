import type { AppError } from "@cleanauth/common/app-error.ts";
import {
  buildDiscoveryUrls,
  extractWWWAuthenticateParams,
} from "@modelcontextprotocol/sdk/client/auth.js";
import {
  type AuthorizationServerMetadata,
  OAuthMetadataSchema,
  OAuthProtectedResourceMetadataSchema,
  OpenIdProviderDiscoveryMetadataSchema,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import { checkResourceAllowed } from "@modelcontextprotocol/sdk/shared/auth-utils.js";
import type { z } from "zod";
import { unreachableError } from "../../agent/mcp-refusal.ts";
import { isHttpSse } from "../../agent/mcp-url.ts";
import type { LocalizedText } from "../../chat/language.ts";
import { LocalizedError } from "../../localized-error.ts";
import { isLoopbackUrl } from "../../loopback.ts";
import type { Fetch } from "../../recording-fetch.ts";
import { stripToLine } from "../../terminal-text.ts";
import { unusableBecause as because, oauthErrorTexts as texts } from "./oauth-error-texts.ts";

/** Who issues tokens for an MCP server, and what a request for one has to say. */
export interface AuthorizationServer {
  /** Compared exactly, wherever it turns up. */
  readonly issuer: string;
  readonly metadata: AuthorizationServerMetadata;
  /** The server's resource identifier (RFC 8707). */
  readonly resource: string;
  /** What to ask for; null where neither challenge nor metadata says. */
  readonly scope: string | null;
}

/** What an authorization server is wanted for. */
export type Grant =
  /** A user's, by way of the browser. */
  | { readonly type: "authorization_code" }
  /** A machine's: its credentials are for those alone who know them. */
  | { readonly type: "client_credentials"; readonly knownBy: (issuer: string) => boolean };

/**
 * Finds the authorization server of an MCP server, by the letter of the MCP authorization specification:
 * the challenge's `resource_metadata`, else the path form and the root form of RFC 9728; then the
 * metadata of RFC 8414 with the path inserted, OpenID's with the path inserted, OpenID's with the path in
 * front. It refuses metadata of another resource, of another issuer, without PKCE's S256, and endpoints
 * that would be reached in clear.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization
 *
 * @param serverUrl the server's MCP endpoint
 * @param fetchMetadata follows no redirect
 * @param grant what it is wanted for; a user's where nothing is said
 * @throws AppError `server_authorization_…`, or what the fetch throws
 */
export async function findAuthorizationServer(
  serverUrl: string,
  fetchMetadata: Fetch,
  grant: Grant = { type: "authorization_code" },
): Promise<AuthorizationServer> {
  const server = new URL(serverUrl);
  const probe = await fetchMetadata(server, requestWithoutToken(serverUrl)).catch((error) => {
    throw unreachableError(error, shown(server)) ?? error;
  });
  const challenge = extractWWWAuthenticateParams(probe);
  const protectedResource = await readProtectedResource(server, challenge, fetchMetadata);
  const scopeOfChallenge = challenge.scope ?? null;
  if (protectedResource === null) {
    // A machine's credentials go to nobody who only speaks for itself.
    if (grant.type === "client_credentials") throw refused(server, because.saysNothing());
    return {
      ...(await findLegacyServer(server, fetchMetadata, grant)),
      resource: resourceOf(server),
      scope: scopeOfChallenge,
    };
  }
  const { resource, authorization_servers: issuers = [], scopes_supported } = protectedResource;
  if (!checkResourceAllowed({ requestedResource: server, configuredResource: resource })) {
    throw refused(server, because.otherResource(stripToLine(resource, 200)));
  }
  const issuer = chooseIssuer(server, issuers, grant);
  const metadata = await readServerMetadata(server, issuer, fetchMetadata, grant);
  if (metadata === null) {
    throw refused(server, because.noMetadata(stripToLine(issuer, 200)));
  }
  const scopes = scopes_supported?.join(" ") || null;
  return { issuer: metadata.issuer, metadata, resource, scope: scopeOfChallenge ?? scopes };
}

/** RFC 9728, section 7.6: which one of several is the client's choice. */
function chooseIssuer(server: URL, issuers: readonly string[], grant: Grant): string {
  const [first] = issuers;
  if (first === undefined) throw refused(server, because.noAuthorizationServer());
  if (grant.type === "authorization_code") return first;
  const known = issuers.find(grant.knownBy);
  if (known !== undefined) return known;
  throw machineUnknown(server, issuers);
}

/** A request that a guarded server answers with its challenge, and that opens no session on any other. */
function requestWithoutToken(serverUrl: string): RequestInit {
  if (isHttpSse(serverUrl)) return { headers: { accept: "text/event-stream" } };
  return {
    method: "POST",
    headers: {
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 0, method: "ping" }),
  };
}

async function readProtectedResource(
  server: URL,
  challenge: { resourceMetadataUrl?: URL },
  fetchMetadata: Fetch,
): Promise<z.output<typeof OAuthProtectedResourceMetadataSchema> | null> {
  const wellKnown = "/.well-known/oauth-protected-resource";
  const path = server.pathname.replace(/\/$/, "");
  const candidates = [
    ...(challenge.resourceMetadataUrl === undefined ? [] : [challenge.resourceMetadataUrl]),
    new URL(`${wellKnown}${path}${server.search}`, server),
    ...(path === "" ? [] : [new URL(wellKnown, server)]),
  ];
  for (const url of candidates) {
    requireReachable(server, url);
    const json = await readJson(server, url, fetchMetadata);
    if (json === null) continue;
    const parsed = OAuthProtectedResourceMetadataSchema.safeParse(json);
    if (!parsed.success) throw refused(server, because.noResourceMetadata(shown(url)));
    return parsed.data;
  }
  return null;
}

/** @returns null where there is none at any of the three places */
async function readServerMetadata(
  server: URL,
  issuer: string,
  fetchMetadata: Fetch,
  grant: Grant,
): Promise<AuthorizationServerMetadata | null> {
  if (!URL.canParse(issuer)) throw refused(server, because.issuerNoUrl());
  requireReachable(server, new URL(issuer));
  for (const { url, type } of buildDiscoveryUrls(issuer)) {
    requireReachable(server, url);
    const json = await readJson(server, url, fetchMetadata);
    if (json === null) continue;
    const schema = type === "oauth" ? OAuthMetadataSchema : OpenIdProviderDiscoveryMetadataSchema;
    const parsed = schema.safeParse(json);
    if (!parsed.success) throw refused(server, because.noServerMetadata(shown(url)));
    requireUsable(server, issuer, parsed.data, grant);
    return parsed.data;
  }
  return null;
}

function requireUsable(
  server: URL,
  issuer: string,
  metadata: AuthorizationServerMetadata,
  grant: Grant,
): void {
  // RFC 8414, section 3.3: identical, or a stranger speaks for the issuer.
  if (
    metadata.issuer !== issuer &&
    metadata.issuer !== issuer.replace(/^([^/]*\/\/[^/]*)\/$/, "$1")
  ) {
    const [asked, named] = [issuer, metadata.issuer].map((url) => stripToLine(url, 200));
    throw refused(server, because.otherIssuer(asked ?? "", named ?? ""));
  }
  // A machine has no code that could be taken from it, and so no need of PKCE.
  const needsPkce = grant.type === "authorization_code";
  if (needsPkce && metadata.code_challenge_methods_supported?.includes("S256") !== true) {
    throw refused(server, because.noPkce(stripToLine(issuer, 200)));
  }
  if (!needsPkce && metadata.grant_types_supported?.includes(grant.type) === false) {
    throw refused(server, because.noMachines(stripToLine(issuer, 200)));
  }
  const { authorization_endpoint, token_endpoint, registration_endpoint, revocation_endpoint } =
    metadata as { [name: string]: unknown };
  for (const endpoint of [
    authorization_endpoint,
    token_endpoint,
    registration_endpoint,
    revocation_endpoint,
  ]) {
    if (typeof endpoint !== "string") continue;
    if (!URL.canParse(endpoint)) throw refused(server, because.endpointNoUrl());
    requireReachable(server, new URL(endpoint));
  }
}

/**
 * The servers of the specification of 2025-03-26 have no protected-resource metadata: they are their own
 * authorization server, at their origin. One without metadata there, too, is refused, for nobody says
 * that it knows PKCE.
 * https://modelcontextprotocol.io/specification/2025-03-26/basic/authorization
 */
async function findLegacyServer(
  server: URL,
  fetchMetadata: Fetch,
  grant: Grant,
): Promise<Pick<AuthorizationServer, "issuer" | "metadata">> {
  const issuer = `${server.origin}/`;
  const metadata = await readServerMetadata(server, issuer, fetchMetadata, grant);
  if (metadata !== null) return { issuer: metadata.issuer, metadata };
  throw refused(server, because.saysNothing());
}

async function readJson(server: URL, url: URL, fetchMetadata: Fetch): Promise<unknown> {
  const response = await fetchMetadata(url, { headers: { accept: "application/json" } });
  if (response.status >= 500) {
    const words = texts.failed(shown(url), response.status);
    throw new LocalizedError("server_authorization_failed", words);
  }
  if (!response.ok) return null;
  try {
    return await response.json();
  } catch {
    throw refused(server, because.noJson(shown(url)));
  }
}

/**
 * Whether the client may go where a server sends it. What is on this machine is no business of a server
 * that is not.
 */
function requireReachable(server: URL, url: URL): void {
  const isOwn = isLoopbackUrl(url);
  if (isOwn && isLoopbackUrl(server) && /^https?:$/.test(url.protocol)) return;
  if (url.protocol === "https:" && !isOwn) return;
  throw refused(server, because[isOwn ? "onThisMachine" : "notHttps"](shown(url)));
}

/** The canonical URI of a server: no fragment, no slash behind a bare host. */
function resourceOf(server: URL): string {
  return `${server.origin}${server.pathname === "/" ? "" : server.pathname}${server.search}`;
}

function shown(url: URL): string {
  return stripToLine(`${url.origin}${url.pathname}`, 200);
}

function refused(server: URL, why: LocalizedText): AppError {
  const words = texts.unusable(`${server.origin}${server.pathname}`, why);
  return new LocalizedError("server_authorization_unusable", words);
}

function machineUnknown(server: URL, issuers: readonly string[]): AppError {
  const named = issuers.map((issuer) => stripToLine(issuer, 200)).join(", ");
  const words = texts.machineUnknown(`${server.origin}${server.pathname}`, named);
  return new LocalizedError("server_authorization_unusable", words);
}
