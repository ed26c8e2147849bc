import ipaddr from "ipaddr.js";

/**
 * Whether an address is one that anybody on the internet could have reached: not of this machine, this
 * network or its metadata service, not one that is translated into such a one, and not reserved.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 *
 * @param address as a resolver gave it
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}
