import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

export interface PasswordHash {
  readonly salt: Buffer;
  readonly key: Buffer;
}

// 8 MiB and some twenty milliseconds: enough that guessing costs something, little enough that the
// local stack starts at once.
const cost: ScryptOptions = { N: 2 ** 13, r: 8, p: 1 };
const keyBytes = 32;

/**
 * Hashes a password with scrypt and a salt of its own (RFC 7914).
 *
 * @param password in clear
 */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  return { salt, key: await deriveKey(password, salt) };
}

/**
 * Tells whether a password is the one that was hashed, in a time that does not depend on the answer.
 *
 * @param password in clear
 * @param hash what {@link hashPassword} returned
 */
export async function isPassword(password: string, hash: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await deriveKey(password, hash.salt), hash.key);
}

function deriveKey(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, cost, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
