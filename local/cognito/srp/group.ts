import { createHash, getDiffieHellman } from "node:crypto";

/** The numbers that both sides of SRP-6a share. */
export interface SrpGroup {
  /** The 3072-bit safe prime of RFC 5054, appendix A. */
  readonly N: bigint;
  readonly g: bigint;
  /** SRP-6a's multiplier, the hash of both. */
  readonly k: bigint;
}

let shared: SrpGroup | undefined;

/** The group that Cognito uses. */
export function srpGroup(): SrpGroup {
  if (shared !== undefined) return shared;
  // RFC 3526's group 15 is the same prime, and Node has it.
  const N = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`);
  const g = 2n;
  shared = { N, g, k: hashOf(pad(N), pad(g)) };
  return shared;
}

/** The SHA-256 of byte strings as a number. */
export function hashOf(...parts: readonly (Buffer | string)[]): bigint {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return BigInt(`0x${hash.digest("hex")}`);
}

/**
 * A number's bytes as Cognito's clients hash them: as few as hold it, after a zero byte where the
 * first bit would make it read as negative.
 */
export function pad(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 1 ? `0${hex}` : hex;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
}

/** `base` to the power of `exponent`, modulo `modulus`. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
