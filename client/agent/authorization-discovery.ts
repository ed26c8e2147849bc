import { issuerOfPool } from "@cleanauth/common/cognito-settings.ts";
import {
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
} from "@modelcontextprotocol/sdk/client/auth.js";
import type { Exchange, ExchangeDetails, ExchangeParty } from "../exchange.ts";
import { describeNetworkFailure } from "../network-failure.ts";

const answerMilliseconds = 5_000;
const longestAnswer = 64 * 1024;

/** What is shown of metadata: all of it is public, but not all of it is of use to who reads it. */
const shownMembers = [
  "resource",
  "authorization_servers",
  "scopes_supported",
  "bearer_methods_supported",
  "issuer",
  "authorization_endpoint",
  "token_endpoint",
  "jwks_uri",
  "registration_endpoint",
  "code_challenge_methods_supported",
  "client_id_metadata_document_supported",
];

/**
 * Asks a server without a token, and follows what it answers to where tokens come from, as a client does
 * that knows nothing yet. It is done for the record: whoever signs in with user name and password gives
 * them to the pool that this client is set to, whatever a server says.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization
 *
 * @param options.serverUrl the server's MCP endpoint
 * @param options.poolId the pool that the client is set to, if it knows it
 * @param options.poolEndpoint where that pool answers in place of its own address (a stand-in)
 * @param options.exchange records it
 * @returns when there is nothing more to find out; never fails
 */
export async function discoverAuthorization(options: {
  serverUrl: string;
  poolId: string | undefined;
  poolEndpoint: string | undefined;
  exchange: Exchange;
}): Promise<void> {
  const { serverUrl, poolId, poolEndpoint } = options;
  const { origin } = new URL(serverUrl);
  const poolIssuer = poolId === undefined ? undefined : issuerOfPool(poolId);
  const fetchServer = recordingFetch(options.exchange, "MCP server", (url) => url);
  const fetchIssuer = recordingFetch(options.exchange, "authorization server", (url) => {
    const isPlayed = poolEndpoint !== undefined && url.origin === new URL(poolIssuer ?? url).origin;
    return isPlayed ? new URL(url.pathname, poolEndpoint) : url;
  });

  /** A server may name any address; this client has business with these two alone. */
  function isKnown(url: string): boolean {
    return url === poolIssuer || (URL.canParse(url) && new URL(url).origin === origin);
  }

  try {
    const refusal = await fetchServer(serverUrl, { headers: { accept: "text/event-stream" } });
    if (refusal.status !== 401) return;
    const { resourceMetadataUrl: named } = extractWWWAuthenticateParams(refusal);
    const resource = await discoverOAuthProtectedResourceMetadata(
      serverUrl,
      named !== undefined && named.origin === origin ? { resourceMetadataUrl: named } : {},
      fetchServer,
    );
    for (const issuer of (resource.authorization_servers ?? []).filter(isKnown).slice(0, 1)) {
      await discoverAuthorizationServerMetadata(issuer, { fetchFn: fetchIssuer });
    }
  } catch {
    // What failed is in the record.
  }
}

/** A fetch that records what it asks and is answered, waits for a while, and reads up to a length. */
function recordingFetch(exchange: Exchange, party: ExchangeParty, addressOf: (url: URL) => URL) {
  return async (target: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(target);
    const tellAnswer = exchange(party, `GET ${url.origin}${url.pathname}`);
    try {
      const signal = AbortSignal.timeout(answerMilliseconds);
      const response = await fetch(addressOf(url), { ...init, signal, redirect: "manual" });
      const { status, headers } = response;
      // A server that wants no token opens a stream without end.
      const text = response.ok && !isJson(response) ? "" : await readStart(response);
      await response.body?.cancel().catch(() => {});
      const challenge = headers.get("www-authenticate");
      const challenged = challenge === null ? {} : { "WWW-Authenticate": challenge };
      const outcome = response.ok ? "ok" : "refused";
      tellAnswer(outcome, String(status), { ...challenged, ...membersOf(text) });
      return new Response(text, { status, headers });
    } catch (error) {
      tellAnswer("failed", describeNetworkFailure(error) ?? String(error));
      throw error;
    }
  };
}

function isJson(response: Response): boolean {
  return /^application\/json\b/i.test(response.headers.get("content-type") ?? "");
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > longestAnswer) throw new Error("its answer is too long");
  }
  return text;
}

function membersOf(text: string): ExchangeDetails {
  try {
    const metadata = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const members = shownMembers.filter((name) => metadata[name] !== undefined);
    return Object.fromEntries(members.map((name) => [name, wordsOf(metadata[name])]));
  } catch {
    return {};
  }
}

function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.join(", ") : JSON.stringify(value);
}
