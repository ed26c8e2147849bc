import { createHmac, randomBytes } from "node:crypto";
import { hashOf, pad, power, srpGroup } from "./group.ts";
import type { PasswordVerifier } from "./password-verifier.ts";

/** The server's half of one exchange. */
export interface SrpExchange {
  /** SRP_B, to be told to the client. */
  readonly publicValue: bigint;
  /**
   * The signature that a client makes who knows the password.
   *
   * @param secretBlock what the server sent with its public value
   * @param timestamp as the client wrote it
   * @returns base64
   */
  signatureOf(secretBlock: Buffer, timestamp: string): string;
}

/**
 * Whether a client's public value may be used at all: with a multiple of the prime, everybody would
 * know the key (RFC 5054, section 2.5.4).
 */
export function isPublicValue(value: bigint): boolean {
  return value % srpGroup().N !== 0n;
}

/**
 * Begins SRP-6a as Cognito does it: the key is derived with HKDF, and instead of SRP's own proof the
 * client signs pool, user, secret block and time with it.
 *
 * @param clientValue SRP_A
 * @param password what the pool keeps of the user's password
 */
export function startSrpExchange(clientValue: bigint, password: PasswordVerifier): SrpExchange {
  const { N, g, k } = srpGroup();
  const { verifier, identity } = password;
  const b = BigInt(`0x${randomBytes(32).toString("hex")}`);
  const publicValue = (k * verifier + power(g, b, N)) % N;
  const u = hashOf(pad(clientValue), pad(publicValue));
  const shared = power(clientValue * power(verifier, u, N), b, N);
  const key = deriveKey(pad(shared), pad(u));
  return {
    publicValue,
    signatureOf: (secretBlock, timestamp) =>
      createHmac("sha256", key)
        .update(identity.poolName)
        .update(identity.userId)
        .update(secretBlock)
        .update(timestamp)
        .digest("base64"),
  };
}

// HKDF (RFC 5869), one block of it, of which Cognito takes 16 bytes.
function deriveKey(input: Buffer, salt: Buffer): Buffer {
  const extracted = createHmac("sha256", salt).update(input).digest();
  const info = Buffer.concat([Buffer.from("Caldera Derived Key"), Buffer.from([1])]);
  return createHmac("sha256", extracted).update(info).digest().subarray(0, 16);
}
