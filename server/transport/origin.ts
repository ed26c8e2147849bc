import type { RequestHandler } from "express";
import { isReachedOverLoopback } from "../loopback.ts";
import { rpcCode, sendRpcError } from "./answers.ts";
import { valuesOf } from "./header-values.ts";

/** By which names this server may be called, and from which pages. */
export interface Callable {
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
}

/**
 * Lists the values of `Host` and `Origin` that are accepted: the public URL's, and on a server that
 * loopback reaches, the loopback names with its own port. A page that reached this server through
 * DNS rebinding sends a name of its own instead.
 *
 * @param publicUrl the origin by which callers call this server
 * @param listening.host the address that is listened on
 * @param listening.scheme what is spoken on that port itself
 */
export function callableAs(
  publicUrl: string,
  listening: { readonly host: string; readonly port: number; readonly scheme: "http" | "https" },
): Callable {
  const names = isReachedOverLoopback(listening.host) ? ["localhost", "127.0.0.1", "[::1]"] : [];
  const urls = [
    new URL(publicUrl),
    ...names.map((name) => new URL(`${listening.scheme}://${name}:${listening.port}`)),
  ];
  return {
    hosts: new Set(urls.flatMap((url) => [url.host, `${url.hostname}:${url.port || portOf(url)}`])),
    origins: new Set(urls.map((url) => url.origin)),
  };
}

function portOf(url: URL): string {
  return url.protocol === "https:" ? "443" : "80";
}

/**
 * Turns away a request whose `Host` is not this server's or whose `Origin`, when there is one, is
 * another's: 403, as MCP's transports demand for Origin. So is one with two `Host` headers, of which
 * a proxy in front may have looked at the other, and one with a whole URL for its target, which names
 * a host as well (RFC 9112, sections 3.2 and 3.2.2): 400.
 */
export function requireOwnHostAndOrigin(callable: Callable): RequestHandler {
  return (req, res, next) => {
    const { host, origin } = req.headers;
    const refuse = (status: number, problem: string) =>
      sendRpcError(res, status, rpcCode.serverError, problem);
    if (!req.url.startsWith("/")) {
      return refuse(400, "Bad Request: the request target has to be a path");
    }
    if (valuesOf(req, "host").length > 1) {
      return refuse(400, "Bad Request: there is more than one Host header");
    }
    if (host === undefined || !callable.hosts.has(host.toLowerCase())) {
      return refuse(403, "Forbidden: this Host is not served here");
    }
    if (origin !== undefined && !callable.origins.has(origin.toLowerCase())) {
      return refuse(403, "Forbidden: this Origin is not allowed");
    }
    next();
  };
}
