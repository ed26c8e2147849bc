import { randomBytes } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from "jose";

export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** The public half, as the pool publishes it. */
  readonly jwk: JWK;
}

/** A pool signs its access tokens with one key and its ID tokens with another. */
export interface SigningKeys {
  readonly access: SigningKey;
  readonly id: SigningKey;
}

/** Makes the two RSA-2048 keys of a pool. */
export async function createSigningKeys(): Promise<SigningKeys> {
  const [access, id] = await Promise.all([createSigningKey(), createSigningKey()]);
  return { access, id };
}

/** The pool's key set (RFC 7517), the key of the ID tokens first as the real one has it. */
export function publicKeySet(keys: SigningKeys): { keys: JWK[] } {
  return { keys: [keys.id.jwk, keys.access.jwk] };
}

async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { modulusLength: 2048 });
  const id = randomBytes(32).toString("base64");
  const { e, kty, n } = await exportJWK(publicKey);
  const jwk = { alg: "RS256", e, kid: id, kty, n, use: "sig" } as JWK;
  return { id, privateKey, publicKey, jwk };
}
