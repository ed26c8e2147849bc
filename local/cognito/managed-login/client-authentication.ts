import { type AppClient, isClientSecret } from "../app-clients.ts";
import type { Request } from "../protocol/listener.ts";
import type { UserPool } from "../user-pool.ts";
import { OAuthError } from "./oauth-error.ts";

/**
 * Finds the app client that makes a request, and has it prove its secret where it has one: in the
 * header (`client_secret_basic`) or in the form (`client_secret_post`). A public client gives its id
 * in the form.
 *
 * @throws OAuthError `invalid_request` or `invalid_client`
 */
export function authenticateClient(
  pool: UserPool,
  request: Request,
  form: URLSearchParams,
): AppClient {
  const basic = basicCredentials(request.headers.authorization);
  const clientId = basic?.id ?? form.get("client_id");
  if (!clientId) throw new OAuthError("invalid_request");
  const client = pool.clients.find(({ id }) => id === clientId);
  const sameClient = (form.get("client_id") ?? clientId) === clientId;
  if (client === undefined || !sameClient) throw new OAuthError("invalid_client");
  const secret = basic?.secret ?? form.get("client_secret") ?? undefined;
  if (client.secret === null && secret !== undefined) throw new OAuthError("invalid_client");
  if (!isClientSecret(client, secret)) {
    throw new OAuthError("invalid_client", secret === undefined ? "" : "invalid_client_secret");
  }
  return client;
}

// RFC 6749, section 2.3.1: both parts are form-encoded; Cognito's hold no character that changes by it.
function basicCredentials(header: string | undefined): { id: string; secret: string } | null {
  if (header === undefined) return null;
  const [, encoded = ""] = /^Basic +([\w+/=-]+)$/i.exec(header) ?? [];
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1) throw new OAuthError("invalid_client");
  return { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}
