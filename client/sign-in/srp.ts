import {
  createDiffieHellmanGroup,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from "node:crypto";

// The client's side of SRP-6a as Cognito speaks it: the password is proved, never sent. The group is
// the 3072-bit one of RFC 5054 with the generator 2, whose prime Node has as group 15 of RFC 3526.

const groupPrime = createDiffieHellmanGroup("modp15").getPrime();
const N = toBigInt(groupPrime);
const g = 2n;
const k = hashToBigInt(padded(N), padded(g));

/** What the client keeps to itself between SRP's two steps, and the number that it sends. */
export interface SrpKeyPair {
  readonly privateValue: bigint;
  /** `SRP_A`, in hexadecimal. */
  readonly publicValue: string;
}

/**
 * Makes the client's key pair for one sign-in.
 *
 * @param random 32 bytes or more that nobody can guess
 */
export function createSrpKeyPair(random: Uint8Array = randomBytes(64)): SrpKeyPair {
  const privateValue = toBigInt(random);
  return { privateValue, publicValue: power(g, privateValue).toString(16) };
}

/** What Cognito's challenge `PASSWORD_VERIFIER` says. */
export interface PasswordVerifierParameters {
  /** The user's own name, which may differ from the one that was typed. */
  readonly userIdForSrp: string;
  /** `SRP_B`, in hexadecimal. */
  readonly serverPublicValue: string;
  /** `SALT`, in hexadecimal. */
  readonly salt: string;
  /** `SECRET_BLOCK`, in base64. */
  readonly secretBlock: string;
}

/**
 * Proves the password: the signature of a key that only those can have who know it.
 * https://www.rfc-editor.org/rfc/rfc5054#section-2.6 and, for what Cognito makes of it,
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 *
 * @param options.keyPair of this sign-in
 * @param options.poolName what follows the underscore in the pool's id
 * @param options.timestamp what {@link srpTimestamp} makes of now
 * @returns base64; null when the server's numbers are not those of an honest one (RFC 5054, 2.6: the
 *   client must abort)
 */
export function signPasswordClaim(options: {
  keyPair: SrpKeyPair;
  poolName: string;
  password: string;
  challenge: PasswordVerifierParameters;
  timestamp: string;
}): string | null {
  const { keyPair, poolName, password, challenge, timestamp } = options;
  const { userIdForSrp, secretBlock } = challenge;
  if (!isHex(challenge.serverPublicValue) || !isHex(challenge.salt)) return null;
  const A = BigInt(`0x${keyPair.publicValue}`);
  const B = BigInt(`0x${challenge.serverPublicValue}`);
  const u = hashToBigInt(padded(A), padded(B));
  if (B % N === 0n || u === 0n) return null;
  const identity = createHash("sha256").update(`${poolName}${userIdForSrp}:${password}`).digest();
  const x = hashToBigInt(padded(BigInt(`0x${challenge.salt}`)), identity);
  const base = (((B - k * power(g, x)) % N) + N) % N;
  const S = power(base, keyPair.privateValue + u * x);
  const key = hkdfSync("sha256", padded(S), padded(u), "Caldera Derived Key", 16);
  return createHmac("sha256", Buffer.from(key))
    .update(`${poolName}${userIdForSrp}`)
    .update(Buffer.from(secretBlock, "base64"))
    .update(timestamp)
    .digest("base64");
}

/**
 * A time as Cognito wants it signed: `Mon Jan 2 03:04:05 UTC 2006`, in UTC and English.
 *
 * @param now milliseconds since the epoch
 */
export function srpTimestamp(now: number): string {
  // `Mon, 02 Jan 2006 03:04:05 GMT`, by ECMA-262.
  const [weekday = "", day, month, year, time] = new Date(now).toUTCString().split(" ");
  return `${weekday.slice(0, 3)} ${month} ${Number(day)} ${time} UTC ${year}`;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % N;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N;
    square = (square * square) % N;
  }
  return result;
}

/** Big-endian, with a zero byte in front where the first bit is set, as Java's BigInteger has it. */
function padded(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 1 ? `0${hex}` : hex;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
}

function hashToBigInt(...parts: readonly Uint8Array[]): bigint {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return toBigInt(hash.digest());
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** As long as a number of the group can be, and no longer: a server cannot make the client busy. */
function isHex(text: string): boolean {
  return /^[0-9a-f]{1,800}$/i.test(text);
}
