/**
 * Whether a URL can only mean this machine, so that what is sent there crosses no network.
 *
 * @param url an absolute URL
 */
export function isLoopbackUrl(url: URL): boolean {
  const host = url.hostname.toLowerCase();
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
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
