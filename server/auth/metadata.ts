/** RFC 9728's well-known path; a resource's own path is appended to it. */
export const protectedResourcePath = "/.well-known/oauth-protected-resource";

/** The paths of this server that are resources in the sense of RFC 9728, beside its root. */
export type ResourcePath = "" | "/mcp" | "/sse";

/** What a client reads to learn where tokens for this server come from (RFC 9728, section 2). */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly bearer_methods_supported: readonly string[];
  readonly resource_name: string;
}

/**
 * The metadata of this server as a protected resource.
 *
 * @param publicUrl the origin by which callers call this server
 * @param path which form was asked for: a client compares `resource` with the URL that it called
 * @param issuers the authorization servers that a client may get its token from; who does not choose takes
 *   the first (RFC 9728, section 7.6)
 * @param scopes what a token for all tools has to hold
 */
export function protectedResourceMetadata(
  publicUrl: string,
  path: ResourcePath,
  issuers: readonly string[],
  scopes: readonly string[],
): ProtectedResourceMetadata {
  return {
    resource: `${publicUrl}${path}`,
    authorization_servers: issuers,
    scopes_supported: scopes,
    bearer_methods_supported: ["header"],
    resource_name: "CLEANAUTH MCP server",
  };
}

/**
 * Where the metadata of a path is found, for the `resource_metadata` of a challenge.
 *
 * @param publicUrl the origin by which callers call this server
 * @param path the resource that was called
 */
export function protectedResourceMetadataUrl(publicUrl: string, path: ResourcePath): string {
  return `${publicUrl}${protectedResourcePath}${path}`;
}

/**
 * What a token's `aud` may be: this server, or one of its two MCP endpoints (RFC 8707).
 *
 * @param publicUrl the origin by which callers call this server
 */
export function acceptedAudiences(publicUrl: string): readonly string[] {
  return [publicUrl, `${publicUrl}/`, `${publicUrl}/mcp`, `${publicUrl}/sse`];
}
