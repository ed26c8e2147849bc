/**
 * Says in a few words why a connection did not come about or broke, if that is what an error is
 * about.
 *
 * @param error what fetch, Node's http or the AWS SDK threw; its causes are looked at, too
 * @returns words to put after a colon; null for any other error
 */
export function describeNetworkFailure(error: unknown): string | null {
  for (const link of causes(error)) {
    const code = (link as { code?: unknown }).code;
    const words = typeof code === "string" ? wordsOfCode(code) : null;
    if (words !== null) return words;
    const { name, message } = link as { name?: unknown; message?: unknown };
    if (name === "TimeoutError") return "no answer in time";
    // In Node 24 without a code.
    if (name === "HTTPParserError") return "it does not speak HTTP";
    // https://fetch.spec.whatwg.org/#port-blocking
    if (message === "bad port") return "that port is kept for another protocol";
  }
  return null;
}

/** Whether a connection was there and broke, so that a second attempt may well succeed. */
export function isBrokenConnection(error: unknown): boolean {
  return causes(error).some((link) => {
    const code = (link as { code?: unknown }).code;
    return typeof code === "string" && ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(code);
  });
}

function causes(error: unknown): unknown[] {
  const links: unknown[] = [];
  let link: unknown = error;
  while (typeof link === "object" && link !== null && links.length < 8) {
    links.push(link);
    const { cause, errors } = link as { cause?: unknown; errors?: unknown };
    link = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return links;
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name could not be looked up",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ETIMEDOUT: "no answer in time",
  UND_ERR_CONNECT_TIMEOUT: "no answer in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
  UND_ERR_BODY_TIMEOUT: "no answer in time",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  EACCES: "this machine does not allow the connection",
  EPERM: "this machine does not allow the connection",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by an authority that is not trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its certificate is signed by an authority that is not trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "its certificate is signed by an authority that is not trusted here",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS",
};

function wordsOfCode(code: string): string | null {
  const known = words[code];
  if (known !== undefined) return known;
  if (code.startsWith("HPE_")) return "it does not speak HTTP";
  if (/^(ERR_TLS_|ERR_SSL_|CERT_)/.test(code)) return `TLS failed (${code})`;
  return null;
}
