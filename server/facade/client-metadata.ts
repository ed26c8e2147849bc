import { z } from "zod";
import { isRedirectUri } from "./redirect-uri.ts";

/** What a client says about itself. */
export interface ClientMetadata {
  /** For people; anybody may call a client anything. */
  readonly name: string;
  readonly redirectUris: readonly string[];
}

const longestName = 64;
const mostRedirectUris = 8;
/** They are part of a registered client's id, which is part of a URL. */
const mostUriCharacters = 2_048;

/**
 * What is read of a registration (RFC 7591, section 2) and of a client-id metadata document, which has
 * the same members. Everything else in it changes nothing here: all clients are public clients that use
 * the authorization code.
 */
const clientMetadata = z.object({
  client_name: z.string().max(1_000).optional(),
  redirect_uris: z
    .array(z.string())
    .min(1)
    .max(mostRedirectUris)
    .refine((uris) => uris.join("").length <= mostUriCharacters, "must be shorter"),
});

/** `problem` is an error code of RFC 7591, section 3.2.2. */
export type ParsedClientMetadata =
  | { readonly metadata: ClientMetadata }
  | {
      readonly problem: "invalid_client_metadata" | "invalid_redirect_uri";
      readonly description: string;
    };

/**
 * Parses what a client says about itself.
 *
 * @param json whatever was sent
 */
export function parseClientMetadata(json: unknown): ParsedClientMetadata {
  const parsed = clientMetadata.safeParse(json);
  if (!parsed.success) {
    const { path = [], message = "" } = parsed.error.issues[0] ?? {};
    const description = `${path.join(".") || "metadata"}: ${message}`;
    const isAboutUris = path[0] === "redirect_uris";
    return {
      problem: isAboutUris ? "invalid_redirect_uri" : "invalid_client_metadata",
      description,
    };
  }
  const { redirect_uris: redirectUris, client_name: name = "" } = parsed.data;
  if (!redirectUris.every(isRedirectUri)) {
    return {
      problem: "invalid_redirect_uri",
      description:
        "A redirect URI has to be https, http to localhost, or an application's own scheme",
    };
  }
  return { metadata: { name: shownName(name), redirectUris } };
}

/** Takes out of a name what would change the look of the text around it, and cuts it. */
function shownName(name: string): string {
  const plain = name
    .normalize("NFC")
    // Control and format characters, bidirectional ones among them; unassigned; line separators.
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  return [...plain].slice(0, longestName).join("");
}
