/**
 * The façade's cookies. None is readable by a script or comes along with another site's form; on https
 * a `__Host-` name keeps every other host of the domain from setting it.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
 */
export interface CookieJar {
  read(cookies: ReadonlyMap<string, string>, name: string): string | undefined;
  /** The names of those that there are; a browser sends the oldest first (RFC 6265, section 5.4). */
  names(cookies: ReadonlyMap<string, string>): string[];
  /** A `Set-Cookie`; an empty value has the cookie forgotten. */
  set(name: string, value: string, seconds: number): string;
}

/** @param issuer `http://localhost` gets no `Secure`, which not every browser takes there */
export function createCookieJar(issuer: string): CookieJar {
  const isSecure = issuer.startsWith("https:");
  const prefix = isSecure ? "__Host-cleanauth-" : "cleanauth-";
  return {
    read: (cookies, name) => cookies.get(`${prefix}${name}`),
    names: (cookies) =>
      [...cookies.keys()]
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length)),
    set: (name, value, seconds) => {
      const age = value === "" ? 0 : seconds;
      const flags = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${age}${isSecure ? "; Secure" : ""}`;
      return `${prefix}${name}=${value}; ${flags}`;
    },
  };
}

/**
 * Parses a `Cookie` header. Of two with one name the first counts: it has the longer path.
 *
 * @param header as it came
 */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? "").split(";")) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    if (name !== "" && !cookies.has(name)) cookies.set(name, pair.slice(equals + 1).trim());
  }
  return cookies;
}
