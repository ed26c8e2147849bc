import { isIPv4, isIPv6 } from "node:net";
import { AppError } from "@cleanauth/common/app-error.ts";

/** A range of addresses, as security group rules name their source. */
export interface Cidr {
  readonly family: 4 | 6;
  /** `ADDRESS/LENGTH` in canonical form: host bits zero, IPv6 as RFC 5952 writes it. */
  readonly text: string;
  readonly prefixLength: number;
}

// A /16 is the widest that one organisation plausibly speaks from. For IPv6 the same thought gives
// /48, which is what one site gets; a /32 is a whole provider with all of its customers.
// https://www.rfc-editor.org/rfc/rfc6177
const narrowEnough = { 4: 16, 6: 48 } as const;
const bitsOf = { 4: 32, 6: 128 } as const;

/**
 * Reads `203.0.113.7`, `203.0.113.0/24`, `2001:db8::1` or `2001:db8::/64`. An address alone means just
 * that address; bits behind the prefix are cleared, as EC2 would do without a word.
 *
 * @throws AppError `usage_cidr`
 */
export function parseCidr(text: string): Cidr {
  const [address = "", length, ...rest] = text.trim().split("/");
  const family = isIPv4(address) ? 4 : isIPv6(address) && !address.includes("%") ? 6 : null;
  if (family === null || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) {
    throw cidrError(text);
  }
  const bits = bitsOf[family];
  const prefixLength = length === undefined ? bits : Number(length);
  if (prefixLength > bits) throw cidrError(text);
  const value = family === 4 ? ipv4Value(address) : ipv6Value(address);
  if (family === 6 && value >> 32n === 0xffffn) {
    throw new AppError(
      "usage_cidr",
      `${text} is an IPv4 address written as IPv6`,
      "Write it as IPv4, as in 203.0.113.7/32.",
    );
  }
  const hostBits = BigInt(bits - prefixLength);
  const network = (value >> hostBits) << hostBits;
  const networkText = family === 4 ? formatIpv4(network) : formatIpv6(network);
  return { family, text: `${networkText}/${prefixLength}`, prefixLength };
}

/** Whether a range holds the whole of another one. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  if (outer.family !== inner.family || outer.prefixLength > inner.prefixLength) return false;
  const [address = ""] = inner.text.split("/");
  return parseCidr(`${address}/${outer.prefixLength}`).text === outer.text;
}

/** Whether a range is wider than what may be opened without saying so twice. */
export function isTooWide({ family, prefixLength }: Cidr): boolean {
  return prefixLength < narrowEnough[family];
}

/** The widest range of that family that needs no force, for a message. */
export function widestWithoutForce({ family }: Cidr): string {
  return `/${narrowEnough[family]}`;
}

function cidrError(text: string): AppError {
  return new AppError(
    "usage_cidr",
    `CIDR ${JSON.stringify(text.slice(0, 60))} is no address and no range of addresses`,
    "Give one as in CIDR=203.0.113.7/32 or CIDR=2001:db8::/64.",
  );
}

function ipv4Value(address: string): bigint {
  return address.split(".").reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
}

/** Every form of an IPv6 address becomes one in a URL, without dotted quads and with one `::`. */
function canonicalIpv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function ipv6Value(address: string): bigint {
  const [head = "", tail] = canonicalIpv6(address).split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(8 - front.length - back.length).fill("0");
  return [...front, ...zeros, ...back].reduce(
    (value, group) => (value << 16n) | BigInt(`0x${group}`),
    0n,
  );
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  return canonicalIpv6(groups.join(":"));
}
