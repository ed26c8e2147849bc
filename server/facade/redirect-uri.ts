const longestUri = 512;

/** Names of a machine for itself. A token sent there over plain http stays on it. */
const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * How a web address has to be written: two slashes, a host of plain characters, a port. Browsers take
 * more than that for one, and other programs something else of it.
 */
const webAddress = /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:]+\])(:\d{1,5})?([/?]|$)/i;

/**
 * Schemes of applications that are known to use one without a dot. RFC 8252, section 7.1, asks for a
 * reversed domain name, which says whose it is; anything else might be `javascript:`.
 */
const applicationSchemes = new Set(["cursor:", "vscode:", "vscode-insiders:", "windsurf:", "zed:"]);

/**
 * Whether a client may have a redirect URI: https, http to the user's own machine, or a scheme of an
 * application; without fragment (RFC 6749, section 3.1.2) and without a user name that would be taken
 * for the host.
 *
 * @param text as the client wrote it
 */
export function isRedirectUri(text: string): boolean {
  if (text.length > longestUri || !/^[!#-;=?-[\]_a-z~]+$/i.test(text) || text.includes("#")) {
    return false;
  }
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (protocol === "https:") return webAddress.test(text);
  if (protocol === "http:") return webAddress.test(text) && loopbackHosts.has(hostname);
  if (username !== "" || password !== "") return false;
  return applicationSchemes.has(protocol) || /^[a-z][a-z0-9+-]*\.[a-z0-9.+-]+:$/.test(protocol);
}

/** Whether what is sent there reaches a program on the user's machine, which may be any program. */
export function isLoopbackUri(uri: string): boolean {
  const { protocol, hostname } = new URL(uri);
  return protocol === "http:" && loopbackHosts.has(hostname);
}

/**
 * Finds the registered redirect URI that one is: character by character (OAuth 2.1, section 2.3.1),
 * but for the port of a loopback URI, which the operating system chooses (RFC 8252, section 7.3).
 *
 * @param registered the client's, each an {@link isRedirectUri}
 * @param asked as the authorization request has it
 */
export function findRedirectUri(registered: readonly string[], asked: string): string | undefined {
  const exact = registered.find((uri) => uri === asked);
  if (exact !== undefined || !isRedirectUri(asked) || !isLoopbackUri(asked)) return exact;
  return registered.find((uri) => isLoopbackUri(uri) && withoutPort(uri) === withoutPort(asked));
}

function withoutPort(uri: string): string {
  return uri.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])):\d{1,5}(?=[/?]|$)/, "$1");
}

/**
 * Adds an answer to a redirect URI, and who gives it (RFC 9207).
 *
 * @param parameters those that are undefined are left out
 */
export function answerUri(
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.append(name, value);
  }
  return url.href;
}
