import { randomUUID } from "node:crypto";
import { isSameText } from "../app-clients.ts";
import type { Request } from "../protocol/listener.ts";

/** The cookie of a browser that is signed in. */
export const sessionCookie = "cognito";

const csrfCookie = "XSRF-TOKEN";

/**
 * A cookie's value; of two with one name the first, which is the one with the longer path.
 *
 * @param name without characters that mean something in a cookie
 */
export function readCookie({ headers }: Request, name: string): string | null {
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1);
}

/**
 * Words a `Set-Cookie` for the whole domain that no script reads and no other site's form sends.
 * Without `Secure`, which the real one has: this domain is plain HTTP on loopback.
 *
 * @param value empty to have the cookie forgotten
 */
export function setCookie(name: string, value: string): string {
  const end = value === "" ? "; Max-Age=0" : "";
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${end}`;
}

/** The token that a form has to carry: the cookie's, or a new one to be set. */
export function csrfToken(request: Request): { token: string; cookie: string } {
  const known = readCookie(request, csrfCookie);
  const token = known !== null && /^[0-9a-f-]{36}$/.test(known) ? known : randomUUID();
  return { token, cookie: setCookie(csrfCookie, token) };
}

/** Whether a form was sent from a page of this domain: it repeats the cookie. */
export function isOwnForm(request: Request, form: URLSearchParams): boolean {
  const [cookie, sent] = [readCookie(request, csrfCookie), form.get("_csrf")];
  return Boolean(cookie) && sent !== null && isSameText(sent, cookie ?? "");
}
