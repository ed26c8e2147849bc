import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import { type Language, languageOf } from "../chat/language.ts";

/** Who opens a connection. */
export interface Visitor {
  /** What limits go by: an IPv4 address, or the network of an IPv6 one. */
  readonly address: string;
  /** Marks a browser, by a digest of its cookie. Null for a program without one: nothing is kept for it. */
  readonly browser: Buffer | null;
  /** The one that its browser asks for first. */
  readonly language: Language;
  /** The screen that it had before, as it says. */
  readonly screen: string | null;
  /** The cookie that it is to be given; null where it has one. */
  readonly newCookie: string | null;
}

const cookieName = "cleanauth_browser";
/** 32 random bytes in base64url. */
const cookieValue = /^[\w-]{43}$/;
const screenId = /^[\w-]{22}$/;

/**
 * Reads who opens a connection. A browser is known by a cookie that no script can read (HttpOnly) and
 * that no other site's page can make it send (SameSite=Strict); it is given with the connection itself,
 * because a link from elsewhere comes without it and would have it replaced.
 *
 * @param request the request that opens the WebSocket
 * @param address where it comes from
 * @param isSecure whether the browser reaches this server over TLS
 */
export function visitorOf(
  request: IncomingMessage,
  address: string | undefined,
  isSecure: boolean,
): Visitor {
  const given = cookieOf(request.headers.cookie);
  // Browsers send Origin with every WebSocket (RFC 6455, 4.1).
  const isBrowser = request.headers.origin !== undefined;
  const value = given ?? (isBrowser ? randomBytes(32).toString("base64url") : null);
  const asked = new URLSearchParams((request.url ?? "").split("?")[1]).get("screen");
  const attributes = `Path=/terminal; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
  return {
    address: networkOf(address ?? "unknown"),
    browser: value === null ? null : createHash("sha256").update(value).digest(),
    language: languageOf(request.headers["accept-language"]?.split(/[,;]/)[0]),
    screen: asked !== null && screenId.test(asked) ? asked : null,
    newCookie: given === null && value !== null ? `${cookieName}=${value}; ${attributes}` : null,
  };
}

export function isSameBrowser(one: Visitor, other: Visitor): boolean {
  if (one.browser === null || other.browser === null) return false;
  return timingSafeEqual(one.browser, other.browser);
}

export function newScreenId(): string {
  return randomBytes(16).toString("base64url");
}

function cookieOf(header = ""): string | null {
  const values = header
    .split(";")
    .map((pair) => pair.trim().split("="))
    .flatMap(([name, value = ""]) => (name === cookieName && cookieValue.test(value) ? value : []));
  return values[0] ?? null;
}

/**
 * What an address counts as: whoever has one IPv6 address has the other 2^64 of its network as well.
 *
 * @param address as the socket tells it
 */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const all = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
