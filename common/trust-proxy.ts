import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import proxyAddress from "proxy-addr";
import { z } from "zod";

/** Whose X-Forwarded-For is believed: nobody's, a number of hops, or addresses and subnets. */
export type TrustProxy = false | number | readonly string[];

/**
 * Which reverse proxies are believed about whom they speak for: a number of hops, or addresses and
 * subnets. Trusting everyone would let any caller choose the address that is logged for it.
 */
export const trustProxySetting = z
  .string()
  .refine(
    (text) => /^\d$/.test(text) || text.split(",").every((part) => isProxyAddress(part.trim())),
    "must be a number of hops (0 to 9) or addresses, subnets that one operator can own (at least /8, " +
      "for IPv6 /16), loopback, linklocal, uniquelocal",
  )
  .transform((text): TrustProxy => {
    if (text === "0") return false;
    return /^\d$/.test(text) ? Number(text) : text.split(",").map((part) => part.trim());
  });

function isProxyAddress(text: string): boolean {
  if (["loopback", "linklocal", "uniquelocal"].includes(text)) return true;
  const [address = "", bits, ...rest] = text.split("/");
  if (isIP(address) === 0 || address.includes("%") || rest.length > 0) return false;
  if (bits === undefined) return true;
  const [fewest, most] = boundsOf(address);
  return /^\d{1,3}$/.test(bits) && Number(bits) >= fewest && Number(bits) <= most;
}

/** How many bits a subnet's prefix may have. */
function boundsOf(address: string): readonly [fewest: number, most: number] {
  if (isIP(address) === 4) return [8, 32];
  const { hostname } = new URL(`http://[${address}]`);
  // An IPv6 subnet that holds ::ffff:0:0/96 holds every IPv4 address.
  if (hostname.startsWith("[::")) return [96 + 8, 128];
  return [hostname.startsWith("[fc") || hostname.startsWith("[fd") ? 7 : 16, 128];
}

/**
 * Makes what tells who sent a request: the other end of its connection, or whom a trusted proxy there
 * speaks for. A trusted proxy may have passed on anything for an address; then its own is taken.
 *
 * @param trustProxy which proxies are believed
 * @returns an address, without a port; undefined when the connection is gone already
 */
export function createAddressOf(
  trustProxy: TrustProxy,
): (request: IncomingMessage) => string | undefined {
  if (trustProxy === false) return ({ socket }) => socket.remoteAddress;
  const trust =
    typeof trustProxy === "number"
      ? (_address: string, hops: number) => hops < trustProxy
      : proxyAddress.compile([...trustProxy]);
  return (request) => {
    const claimed = proxyAddress(request, trust);
    return isIP(claimed) === 0 ? request.socket.remoteAddress : claimed;
  };
}
