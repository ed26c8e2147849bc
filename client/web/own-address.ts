import type { IncomingHttpHeaders } from "node:http";

/** The names that this server answers to, and the pages that may open a connection to it. */
export interface OwnAddress {
  /** Values of the Host header, in lower case. */
  readonly hosts: ReadonlySet<string>;
  /** Values of the Origin header. */
  readonly origins: ReadonlySet<string>;
}

/**
 * Works out what this server is called.
 *
 * @param options.port the port it listens on
 * @param options.isTls whether it speaks TLS itself
 * @param options.publicUrl what callers call the host; its name counts, with this port or its own
 */
export function ownAddress(options: {
  port: number;
  isTls: boolean;
  publicUrl?: string | undefined;
}): OwnAddress {
  const { port, isTls, publicUrl } = options;
  const scheme = isTls ? "https" : "http";
  const urls = ["localhost", "127.0.0.1", "[::1]"].map(
    (name) => new URL(`${scheme}://${name}:${port}`),
  );
  if (publicUrl !== undefined) {
    const { hostname } = new URL(publicUrl);
    urls.push(new URL(`${scheme}://${hostname}:${port}`));
    // Behind a proxy that ends TLS, the address is the public one, and the page comes from there.
    urls.push(new URL(new URL(publicUrl).origin));
  }
  return {
    hosts: new Set(urls.map(({ host }) => host)),
    origins: new Set(urls.map(({ origin }) => origin)),
  };
}

/**
 * Whether a request was meant for this server. A page whose own name was made to point here (DNS
 * rebinding) sends that name in Host, and is refused.
 *
 * @param address what this server is called
 * @param headers the request's headers
 */
export function isMeantForUs(address: OwnAddress, headers: IncomingHttpHeaders): boolean {
  return headers.host !== undefined && address.hosts.has(headers.host.toLowerCase());
}

/**
 * Whether a request may open a WebSocket. A browser sends Origin with every one (RFC 6455, 4.1) and
 * asks nobody, so it is compared: only a page of this very address may. A request without Origin
 * comes from a program, such as `make attach`, which no web page can make send anything; one that
 * has other marks of a browser is refused.
 *
 * @param address what this server is called
 * @param headers the request's headers
 */
export function mayConnect(address: OwnAddress, headers: IncomingHttpHeaders): boolean {
  if (!isMeantForUs(address, headers)) return false;
  const { origin } = headers;
  if (origin === undefined) {
    return !Object.keys(headers).some((name) => name.startsWith("sec-fetch-"));
  }
  if (!address.origins.has(origin)) return false;
  return new URL(origin).host === headers.host?.toLowerCase();
}
