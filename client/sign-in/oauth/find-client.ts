import { registerClient } from "@modelcontextprotocol/sdk/client/auth.js";
import type { Fetch } from "../../recording-fetch.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import type { OAuthClient } from "./token-requests.ts";

/** What the settings say about which client this program is. */
export interface ClientSettings {
  /** Clients that are registered already, by the issuer that knows them. */
  readonly preRegistered: ReadonlyMap<string, OAuthClient>;
  /** Where this client's own metadata document is, if it has one: an https URL. */
  readonly clientMetadataUrl?: string | undefined;
}

/**
 * The client to go by: one that is registered already, else this program's metadata document, else one
 * that is registered now; null where somebody has to be asked.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#client-registration-approaches
 *
 * @param redirectUri what a registration names
 * @param fetchRegistration follows no redirect
 * @throws what the SDK or the fetch throws when a registration fails
 */
export async function findClient(
  server: AuthorizationServer,
  redirectUri: string,
  settings: ClientSettings,
  fetchRegistration: Fetch,
): Promise<OAuthClient | null> {
  const known = settings.preRegistered.get(server.issuer);
  if (known !== undefined) return known;
  const { metadata } = server;
  const takesDocuments = Reflect.get(metadata, "client_id_metadata_document_supported") === true;
  if (takesDocuments && settings.clientMetadataUrl !== undefined) {
    return { client_id: settings.clientMetadataUrl };
  }
  if (metadata.registration_endpoint === undefined) return null;
  return registerClient(server.issuer, {
    metadata,
    ...(server.scope === null ? {} : { scope: server.scope }),
    clientMetadata: {
      client_name: "CLEANAUTH",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: authMethodFor(metadata.token_endpoint_auth_methods_supported),
    },
    fetchFn: fetchRegistration,
  });
}

/** A program on somebody's machine keeps no secret, but takes one where a server insists. */
function authMethodFor(supported: readonly string[] | undefined): string {
  if (supported === undefined || supported.includes("none")) return "none";
  return supported.find((method) => method.startsWith("client_secret_")) ?? "none";
}
