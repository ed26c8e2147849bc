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
  access: SigningKey;
  id: SigningKey;
  /** Keys of before, for the tokens that they have signed; the newest first. */
  retired: readonly SigningKey[];
}

/** Makes the two RSA-2048 keys of a pool. */
export async function createSigningKeys(): Promise<SigningKeys> {
  const [access, id] = await Promise.all([createSigningKey(), createSigningKey()]);
  return { access, id, retired: [] };
}

/** Signs with new keys from now on. Those of before stay published, until the next but one. */
export async function rotateSigningKeys(keys: SigningKeys): Promise<void> {
  const { access, id } = await createSigningKeys();
  keys.retired = [keys.access, keys.id, ...keys.retired].slice(0, 4);
  keys.access = access;
  keys.id = id;
}

/** The pool's key set (RFC 7517), the key of the ID tokens first as the real one has it. */
export function publicKeySet({ id, access, retired }: SigningKeys): { keys: JWK[] } {
  return { keys: [id, access, ...retired].map(({ jwk }) => jwk) };
}

async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { modulusLength: 2048 });
  const id = randomBytes(32).toString("base64");
  const { e, kty, n } = await exportJWK(publicKey);
  const jwk = { alg: "RS256", e, kid: id, kty, n, use: "sig" } as JWK;
  return { id, privateKey, publicKey, jwk };
}
