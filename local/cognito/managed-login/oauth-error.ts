import { jsonReply, type Reply, type Request } from "../protocol/listener.ts";

/** A refusal in the words of RFC 6749, section 5.2, as the endpoints of the pool's domain give it. */
export class OAuthError extends Error {
  readonly error: string;
  readonly status: number;

  /**
   * @param error the code, for instance `invalid_grant`
   * @param description what Cognito adds to it, where it adds anything
   * @param status the HTTP status
   */
  constructor(error: string, description = "", status = 400) {
    super(description);
    this.name = "OAuthError";
    this.error = error;
    this.status = status;
  }
}

/** Puts a refusal on the wire. */
export function oauthErrorReply({ error, message, status }: OAuthError): Reply {
  const challenge = status === 401 && { "www-authenticate": `Bearer error="${error}"` };
  return jsonReply(status, message === "" ? { error } : { error, error_description: message }, {
    "cache-control": "no-store",
    ...challenge,
  });
}

/**
 * Reads a form.
 *
 * @throws OAuthError `invalid_request` when the body is something else, or names a field twice
 */
export function parseForm({ headers, body }: Request): URLSearchParams {
  const type = (headers["content-type"] ?? "").split(";", 1).join("").trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded" || body === null) {
    throw new OAuthError("invalid_request");
  }
  const form = new URLSearchParams(body);
  const names = [...form.keys()];
  if (new Set(names).size < names.length) throw new OAuthError("invalid_request");
  return form;
}

/** @throws OAuthError `invalid_request` when the field is missing or empty */
export function requireField(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw new OAuthError("invalid_request");
  return value;
}
