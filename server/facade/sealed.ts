import { randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { AppError } from "@cleanauth/common/app-error.ts";
import { EncryptJWT, errors, jwtDecrypt } from "jose";
import type { z } from "zod";

/**
 * Texts that this server hands out and believes again when they come back, so that nothing has to be
 * kept for them: encrypted and authenticated (JWE, `dir` with A256GCM), each kind good for nothing but
 * its own purpose.
 */
export interface Sealed<Value> {
  seal(value: Value): Promise<string>;
  /** What was sealed; null for anything that was not sealed here for this purpose, or is too old. */
  open(text: string): Promise<{ readonly value: Value; readonly id: string } | null>;
}

/**
 * Makes a kind of sealed text.
 *
 * @param key 32 bytes
 * @param purpose names the kind; a text of another kind is not opened
 * @param schema what is sealed; another version of this program may have sealed something else
 * @param lifetimeSeconds how long the text holds; null for ever
 * @param now milliseconds since the epoch
 */
export function createSealed<Schema extends z.ZodType>(
  key: Uint8Array,
  purpose: string,
  schema: Schema,
  lifetimeSeconds: number | null,
  now: () => number = Date.now,
): Sealed<z.output<Schema>> {
  return {
    async seal(value) {
      const token = new EncryptJWT({ value })
        .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
        .setAudience(purpose)
        .setJti(randomBytes(12).toString("base64url"));
      if (lifetimeSeconds !== null) {
        token.setExpirationTime(Math.floor(now() / 1000) + lifetimeSeconds);
      }
      return token.encrypt(key);
    },
    async open(text) {
      try {
        const { payload } = await jwtDecrypt(text, key, {
          audience: purpose,
          requiredClaims: lifetimeSeconds === null ? ["jti"] : ["jti", "exp"],
          keyManagementAlgorithms: ["dir"],
          contentEncryptionAlgorithms: ["A256GCM"],
          currentDate: new Date(now()),
        });
        const parsed = schema.safeParse(payload.value);
        return parsed.success ? { value: parsed.data, id: payload.jti ?? "" } : null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}

const keyBytes = 32;

/**
 * Reads the key of sealed texts, or makes one at the first start. Whoever has it can write consents and
 * registrations, so nobody but this user may read the file.
 *
 * @param path the file
 * @throws AppError `configuration_facade_key`
 */
export function readSealingKey(path: string): Uint8Array {
  try {
    writeFileSync(path, randomBytes(keyBytes), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unusableKey(path, error);
  }
  try {
    const key = readFileSync(path);
    if ((statSync(path).mode & 0o077) !== 0) throw new Error("others may read it");
    if (key.length !== keyBytes) throw new Error(`it does not hold ${keyBytes} bytes`);
    return key;
  } catch (error) {
    throw unusableKey(path, error);
  }
}

function unusableKey(path: string, cause: unknown): AppError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new AppError(
    "configuration_facade_key",
    `The façade's key ${path} cannot be used: ${code ?? message}`,
    "Remove it, and a new one is made; browsers and clients sign in once more then.",
    { cause },
  );
}
