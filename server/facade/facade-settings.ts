/** What the façade is told. */
export interface FacadeSettings {
  /** The origin by which callers call this server: the issuer, and the base of every endpoint. */
  readonly issuer: string;
  /** Base URL of the pool's managed login, without a slash at its end. */
  readonly domainUrl: string;
  /** The pool's app client that stands for all clients at Cognito. */
  readonly publicClientId: string;
  /** What a client gets that asks for nothing in particular. */
  readonly scopes: readonly string[];
  /** What every token needs, whatever a client asks for. */
  readonly requiredScopes: readonly string[];
  /** What `resource` may be (RFC 8707): this server. */
  readonly resources: readonly string[];
  /** Whether the pool binds tokens to a resource; only then is `resource` passed on to it. */
  readonly bindsResource: boolean;
  /** Whether a client's id may be the URL of a document; where they cannot be reached clients register. */
  readonly fetchesDocuments: boolean;
}

/** What decides whether there is a façade. */
export interface FacadeConditions {
  readonly isWanted: boolean;
  readonly domainUrl: string | null;
  readonly publicClientId: string | null;
  readonly publicUrl: string;
}

/** Where Cognito sends a browser back to; part of the pool's settings, so it never changes. */
export const callbackPath = "/oauth/callback";

/**
 * Tells why there can be no façade; null when there can.
 *
 * Cognito takes no callback URL but https and `http://localhost`, and a browser keeps no cookie safe
 * on anything else.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-app-integration.html
 */
export function whyFacadeIsOff(conditions: FacadeConditions): string | null {
  const { isWanted, domainUrl, publicClientId, publicUrl } = conditions;
  if (!isWanted) return "OAUTH_FACADE is 0";
  if (domainUrl === null) return "COGNITO_DOMAIN is not set";
  if (publicClientId === null) return "COGNITO_PUBLIC_CLIENT_ID is not set";
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === "https:" || hostname === "localhost") return null;
  return `Cognito sends nobody back to ${publicUrl}: it takes https and http://localhost alone`;
}

/**
 * The `resource` that Cognito is told; none where the pool has no resource of that name, since a
 * sign-in for an unknown one ends in a code that is worth nothing.
 */
export function resourceParameter(
  { bindsResource, resources }: FacadeSettings,
  asked: string | undefined,
): { resource?: string } {
  const resource = asked ?? resources[0];
  return bindsResource && resource !== undefined ? { resource } : {};
}
