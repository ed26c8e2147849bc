/**
 * Whether a host name or address can only mean this machine.
 *
 * @param host a host name or address; an IPv6 address with or without brackets
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "");
  return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

/**
 * Whether a server that listens on this address can be reached over loopback: it is a loopback
 * address itself, or it stands for every address of the machine.
 *
 * @param host the address that is listened on
 */
export function isReachedOverLoopback(host: string): boolean {
  return isLoopbackHost(host) || host === "0.0.0.0" || host === "::";
}
