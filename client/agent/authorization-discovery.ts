import { issuerOfPool } from "@cleanauth/common/cognito-settings.ts";
import {
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
} from "@modelcontextprotocol/sdk/client/auth.js";
import type { Exchange } from "../exchange.ts";
import { recordingFetch } from "../recording-fetch.ts";

const answerMilliseconds = 5_000;

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
  const fetchServer = recordingFetch(options.exchange, {
    partyOf: () => "MCP server",
    milliseconds: answerMilliseconds,
  });
  const fetchIssuer = recordingFetch(options.exchange, {
    partyOf: () => "authorization server",
    milliseconds: answerMilliseconds,
    addressOf(url) {
      const isPlayed =
        poolEndpoint !== undefined && url.origin === new URL(poolIssuer ?? url).origin;
      return isPlayed ? new URL(url.pathname, poolEndpoint) : url;
    },
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
