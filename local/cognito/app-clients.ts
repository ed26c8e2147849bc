import { createHash, createHmac, randomInt, timingSafeEqual } from "node:crypto";
import { CognitoError, missingParameter, notAuthorized } from "./cognito-error.ts";

/** An application that signs users in. */
export interface AppClient {
  readonly id: string;
  /** Null for a public client, which can keep no secret. */
  readonly secret: string | null;
  /** What `InitiateAuth` may be called with. */
  authFlows: ReadonlySet<string>;
  /** What it may do at the pool's domain; null for a client that has no business there. */
  readonly oauth: OAuthSettings | null;
}

/** An app client's OAuth settings, named as the console names them. */
export interface OAuthSettings {
  readonly grants: ReadonlySet<"code" | "client_credentials">;
  readonly scopes: ReadonlySet<string>;
  /** Compared with a `redirect_uri` as they are, character by character. */
  readonly callbackUrls: Set<string>;
}

/** What `AuthParameters` and `ChallengeResponses` hold. */
export type AuthParameters = Readonly<Record<string, string>>;

/** A random text of lower-case letters and digits, as Cognito makes ids and secrets. */
export function randomText(length: number): string {
  const letters = "0123456789abcdefghijklmnopqrstuvwxyz";
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

/**
 * @param clients the pool's app clients
 * @param id as the caller gave it
 * @throws CognitoError `ResourceNotFoundException`
 */
export function requireAppClient(clients: readonly AppClient[], id: string): AppClient {
  const client = clients.find((candidate) => candidate.id === id);
  if (client !== undefined) return client;
  throw new CognitoError("ResourceNotFoundException", `User pool client ${id} does not exist.`);
}

/**
 * Takes the user name out of the parameters of a sign-in step, once the secret hash that must come
 * with it proves that the caller knows the client's secret: the base64 of HMAC-SHA256 over user name
 * and client id. A public client has no secret, and a hash that comes with it is ignored.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
 *
 * @returns the user name as the caller spelled it
 * @throws CognitoError when the user name or the hash is missing or the hash is wrong
 */
export function requireUsername(client: AppClient, parameters: AuthParameters): string {
  const { USERNAME: username, SECRET_HASH: hash } = parameters;
  if (username === undefined || username === "") throw missingParameter("USERNAME");
  requireSecretHash(client, username, hash);
  return username;
}

/**
 * Has the caller of an operation prove the client's secret, as above.
 *
 * @throws CognitoError `NotAuthorizedException`
 */
export function requireSecretHash(
  client: AppClient,
  username: string,
  hash: string | undefined,
): void {
  if (client.secret === null) return;
  if (hash === undefined || hash === "") {
    throw notAuthorized(
      `Client ${client.id} is configured with secret but SECRET_HASH was not received`,
    );
  }
  const expected = createHmac("sha256", client.secret).update(`${username}${client.id}`);
  if (isSameText(hash, expected.digest("base64"))) return;
  throw notAuthorized(`Unable to verify secret hash for client ${client.id}`);
}

/**
 * Tells whether the caller gave the client's secret; a public client has none to give.
 *
 * @param received the secret in clear, if any came
 */
export function isClientSecret(client: AppClient, received: string | undefined): boolean {
  return client.secret === null || (received !== undefined && isSameText(received, client.secret));
}

/**
 * Compares two texts in a time that shows neither the place of the first difference nor the length:
 * their digests are compared.
 */
export function isSameText(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
