import ipaddr from "ipaddr.js";

/** All of IPv6 that has been given out; outside of it are `::127.0.0.1` and other ways to write IPv4. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an address is one that anybody on the internet could have reached: not of this machine, this
 * network or its metadata service, not one that is translated into such a one, and not reserved.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 * https://www.iana.org/assignments/ipv6-address-space
 *
 * @param address as a resolver gave it
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(globalUnicast);
}
