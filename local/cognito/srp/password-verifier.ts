import { createHash, randomBytes } from "node:crypto";
import { isSameText } from "../app-clients.ts";
import { hashOf, pad, power, srpGroup } from "./group.ts";

/** Whose password it is: both names go into the verifier. */
export interface SrpIdentity {
  /** The pool's id without the region. */
  readonly poolName: string;
  /** What the pool calls `USER_ID_FOR_SRP`. */
  readonly userId: string;
}

/** What is kept of a password: enough to check it, not enough to sign in with (RFC 2945). */
export interface PasswordVerifier {
  readonly identity: SrpIdentity;
  readonly salt: bigint;
  readonly verifier: bigint;
}

/**
 * Makes the verifier of a password, with a salt of its own.
 *
 * @param password in clear
 * @param salt 16 bytes; random unless given
 */
export function createPasswordVerifier(
  identity: SrpIdentity,
  password: string,
  salt: Buffer = randomBytes(16),
): PasswordVerifier {
  const number = BigInt(`0x${salt.toString("hex")}`);
  return { identity, salt: number, verifier: verifierOf(identity, number, password) };
}

/**
 * Tells whether a password is the one that a verifier was made of.
 *
 * @param password in clear
 */
export function isPassword(password: string, known: PasswordVerifier): boolean {
  const verifier = verifierOf(known.identity, known.salt, password);
  return isSameText(verifier.toString(16), known.verifier.toString(16));
}

function verifierOf({ poolName, userId }: SrpIdentity, salt: bigint, password: string): bigint {
  const { N, g } = srpGroup();
  const inner = createHash("sha256").update(`${poolName}${userId}:${password}`).digest();
  return power(g, hashOf(pad(salt), inner), N);
}
