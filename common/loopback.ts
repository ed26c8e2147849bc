/**
 * Whether a host name or address can only mean this machine, so that what is sent there crosses no
 * network.
 *
 * @param host a host name or address, as `URL.hostname` or as a setting has it; an IPv6 address with
 *   or without brackets
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "");
  return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}
