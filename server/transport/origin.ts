import type { IncomingMessage } from "node:http";
import { isReachedOverLoopback } from "../loopback.ts";
import { valuesOf } from "./header-values.ts";
import { pathOf } from "./request-context.ts";

/** By which names this server may be called, and from which pages. */
export interface Callable {
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
  /** Paths that pages of any origin may call: they look at no cookie. */
  readonly pathsForAnyOrigin: ReadonlySet<string>;
}

/**
 * Lists the values of `Host` and `Origin` that are accepted: the public URL's, and on a server that
 * loopback reaches, the loopback names with its own port. A page that reached this server through
 * DNS rebinding sends a name of its own instead.
 *
 * @param publicUrl the origin by which callers call this server
 * @param listening.host the address that is listened on
 * @param listening.scheme what is spoken on that port itself
 * @param pathsForAnyOrigin where `Origin` does not matter
 */
export function callableAs(
  publicUrl: string,
  listening: { readonly host: string; readonly port: number; readonly scheme: "http" | "https" },
  pathsForAnyOrigin: readonly string[] = [],
): Callable {
  const names = isReachedOverLoopback(listening.host) ? ["localhost", "127.0.0.1", "[::1]"] : [];
  const urls = [
    new URL(publicUrl),
    ...names.map((name) => new URL(`${listening.scheme}://${name}:${listening.port}`)),
  ];
  return {
    hosts: new Set(urls.flatMap((url) => [url.host, `${url.hostname}:${url.port || portOf(url)}`])),
    origins: new Set(urls.map((url) => url.origin)),
    pathsForAnyOrigin: new Set(pathsForAnyOrigin),
  };
}

function portOf(url: URL): string {
  return url.protocol === "https:" ? "443" : "80";
}

/** Why a request is not answered here. */
export interface Foreign {
  readonly status: 400 | 403;
  readonly problem: string;
}

/**
 * Finds a request whose `Host` is not this server's or whose `Origin`, when there is one, is
 * another's: 403, as MCP's transports demand for Origin. So is one with two `Host` headers, of which
 * a proxy in front may have looked at the other, and one with a whole URL for its target, which names
 * a host as well (RFC 9112, sections 3.2 and 3.2.2): 400.
 *
 * @returns how to turn it away; null when there is nothing against it
 */
export function findForeign(req: IncomingMessage, callable: Callable): Foreign | null {
  const { host, origin } = req.headers;
  if (!(req.url ?? "").startsWith("/")) {
    return { status: 400, problem: "Bad Request: the request target has to be a path" };
  }
  if (valuesOf(req, "host").length > 1) {
    return { status: 400, problem: "Bad Request: there is more than one Host header" };
  }
  if (host === undefined || !callable.hosts.has(host.toLowerCase())) {
    return { status: 403, problem: "Forbidden: this Host is not served here" };
  }
  const isAnyOriginFine = callable.pathsForAnyOrigin.has(pathOf(req));
  if (origin !== undefined && !isAnyOriginFine && !callable.origins.has(origin.toLowerCase())) {
    return { status: 403, problem: "Forbidden: this Origin is not allowed" };
  }
  return null;
}
