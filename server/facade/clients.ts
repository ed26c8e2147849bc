import { z } from "zod";
import type { FetchDocument } from "./client-documents.ts";
import { parseClientMetadata } from "./client-metadata.ts";
import { findRedirectUri } from "./redirect-uri.ts";
import { createSealed, type Sealed } from "./sealed.ts";

/** A client of the façade. At Cognito all of them are one. */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
  /**
   * How it is known: by the settings, by a registration whose id nobody else knows, or by a document at
   * the URL that is its id.
   */
  readonly kind: "settings" | "registration" | "document";
}

export type FoundClient = { readonly client: Client } | { readonly problem: string };

/** The clients that the façade knows, none of which it keeps. */
export interface Clients {
  /** Finds the client of an authorization request. */
  find(clientId: string): Promise<FoundClient>;
  /** Answers a registration with status and body (RFC 7591, section 3.2). */
  register(json: unknown): Promise<{ readonly status: number; readonly body: object }>;
}

const registration = z.object({ name: z.string(), redirectUris: z.array(z.string()) });

/**
 * @param publicClientId the pre-registered client, this project's own
 * @param key seals registrations: the id of a registered client holds all that it registered, so that
 *   no flood of registrations fills anything, and a restart loses none
 * @param fetchDocument null where no document is fetched, so that no URL is a client's id
 */
export function createClients(
  publicClientId: string,
  key: Uint8Array,
  fetchDocument: FetchDocument | null,
): Clients {
  const registrations: Sealed<z.output<typeof registration>> = createSealed(
    key,
    "registration",
    registration,
    null,
  );
  return {
    async find(clientId) {
      if (clientId === publicClientId) return { client: preRegistered(clientId) };
      if (clientId.startsWith("https://")) {
        if (fetchDocument === null)
          return { problem: "its id is a URL, which is not looked at here" };
        const outcome = await fetchDocument(clientId);
        if ("problem" in outcome) return outcome;
        return { client: { id: clientId, kind: "document", ...outcome.metadata } };
      }
      const opened = await registrations.open(clientId);
      if (opened === null) return { problem: "it is not registered here" };
      return { client: { id: clientId, kind: "registration", ...opened.value } };
    },
    async register(json) {
      const parsed = parseClientMetadata(json);
      if ("problem" in parsed) {
        const { problem: error, description } = parsed;
        return { status: 400, body: { error, error_description: description } };
      }
      const { name, redirectUris } = parsed.metadata;
      return {
        status: 201,
        body: {
          client_id: await registrations.seal({ name, redirectUris: [...redirectUris] }),
          client_id_issued_at: Math.floor(Date.now() / 1000),
          ...(name !== "" && { client_name: name }),
          redirect_uris: redirectUris,
          grant_types: ["authorization_code", "refresh_token"],
          response_types: ["code"],
          token_endpoint_auth_method: "none",
        },
      };
    },
  };
}

function preRegistered(id: string): Client {
  const redirectUris = ["http://localhost/callback", "http://127.0.0.1/callback"];
  return { id, name: "CLEANAUTH", redirectUris, kind: "settings" };
}

/**
 * Whether nobody but the client that was agreed to can take its place: any program can listen on
 * loopback or take a scheme for its own, and say that it is the client of a document or of the settings
 * (RFC 8252, section 8.6). A registration's id is known to whoever registered alone.
 */
export function isIdentityAssured({ kind }: Client, redirectUri: string): boolean {
  return kind === "registration" || redirectUri.startsWith("https:");
}

/** The redirect URI of a client that one is; undefined when it is none. */
export function registeredUri(client: Client, asked: string): string | undefined {
  return findRedirectUri(client.redirectUris, asked);
}
