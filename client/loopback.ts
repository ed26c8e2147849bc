import { isLoopbackHost } from "@cleanauth/common/loopback.ts";

/**
 * Whether a URL can only mean this machine, so that what is sent there crosses no network.
 *
 * @param url an absolute URL
 */
export function isLoopbackUrl(url: URL): boolean {
  return isLoopbackHost(url.hostname);
}

/**
 * Whether a password or a token may be sent to a URL: over TLS anywhere, in clear to this machine
 * alone.
 *
 * @param url an absolute URL
 */
export function mayCarrySecrets(url: URL): boolean {
  return url.protocol === "https:" || isLoopbackUrl(url);
}
