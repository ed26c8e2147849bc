import { createHash } from "node:crypto";
import { z } from "zod";
import type { AuthorizationRequest } from "./authorization-request.ts";
import { isIdentityAssured } from "./clients.ts";
import type { CookieJar } from "./cookies.ts";
import { createSealed } from "./sealed.ts";

const cookieName = "consents";
const lifetimeSeconds = 30 * 86_400;
const mostConsents = 40;

/** What a browser's user has agreed to, kept in a sealed cookie of that browser. */
export interface ConsentMemory {
  /** Whether this client, redirect URI and set of scopes have been agreed to. */
  has(request: AuthorizationRequest, cookies: ReadonlyMap<string, string>): Promise<boolean>;
  /** The `Set-Cookie` that adds a consent, or none where it is not to be remembered. */
  add(
    request: ConsentKey & { readonly isRemembered: boolean },
    cookies: ReadonlyMap<string, string>,
  ): Promise<string[]>;
}

/** What a consent is for. */
export interface ConsentKey {
  readonly clientDigest: string;
  readonly registeredUri: string;
  readonly scopes: readonly string[];
}

/** Stands for a client id in what is sealed, since an id may be long. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/**
 * @param key seals the cookie
 * @param jar words it
 */
export function createConsentMemory(key: Uint8Array, jar: CookieJar): ConsentMemory {
  const sealed = createSealed(key, "consents", z.array(z.string()), lifetimeSeconds);
  const read = async (cookies: ReadonlyMap<string, string>) => {
    const opened = await sealed.open(jar.read(cookies, cookieName) ?? "");
    return opened?.value ?? [];
  };
  return {
    async has(request, cookies) {
      const { client, registeredUri, scopes, redirectUri } = request;
      if (request.asksAgain || !isIdentityAssured(client, redirectUri)) return false;
      const clientDigest = digestOf(client.id);
      return (await read(cookies)).includes(entryOf({ clientDigest, registeredUri, scopes }));
    },
    async add(consent, cookies) {
      if (!consent.isRemembered) return [];
      const entry = entryOf(consent);
      const others = (await read(cookies)).filter((known) => known !== entry);
      const value = await sealed.seal([entry, ...others].slice(0, mostConsents));
      return [jar.set(cookieName, value, lifetimeSeconds)];
    },
  };
}

function entryOf({ clientDigest, registeredUri, scopes }: ConsentKey): string {
  return digestOf(JSON.stringify([clientDigest, registeredUri, [...scopes].sort()])).slice(0, 27);
}
