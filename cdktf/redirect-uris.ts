/**
 * The ports that the client's browser sign-in listens on, in the order in which it tries them.
 * Cognito compares a redirect URI whole, the port included, so they cannot be chosen freely.
 */
export const loopbackPorts = [8765, 8766, 8767] as const;

/** Path of the redirect to the client's own loopback listener. */
export const loopbackPath = "/callback";

/** Path of the redirect to the server's façade for standard MCP clients. */
export const facadePath = "/oauth/callback";

// The server's own port: reached as localhost through `make tunnel`.
const serverPort = 8080;

/**
 * Every URI that the public client may send a browser back to. Cognito takes http for `localhost`
 * alone, so a façade on a plain http address has none of its own.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-app-integration.html
 *
 * @param publicUrl what callers call the server, or `null`
 * @param hostName the host's own name, by which it is called where there is no such URL; over TLS alone
 */
export function redirectUris(publicUrl: string | null, hostName: string): string[] {
  const facades = [`http://localhost:${serverPort}`, `https://${hostName}:${serverPort}`];
  if (publicUrl !== null && isCallbackOrigin(publicUrl)) facades.push(publicUrl);
  return [
    ...new Set([
      ...loopbackPorts.map((port) => `http://localhost:${port}${loopbackPath}`),
      ...facades.map((origin) => `${origin}${facadePath}`),
    ]),
  ];
}

function isCallbackOrigin(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || hostname === "localhost";
}
