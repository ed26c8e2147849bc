import { randomUUID } from "node:crypto";
import { BoundedMap } from "./bounded-map.ts";
import type { Grant } from "./refresh-tokens.ts";

/** What an authorization code stands for. */
export interface AuthorizedSignIn {
  readonly username: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** The S256 challenge that the verifier has to fit; null when none was sent (RFC 7636). */
  readonly codeChallenge: string | null;
  readonly grant: Grant;
  /** What the client asked the token to be bound to, known or not (RFC 8707). */
  readonly resource: string | null;
  /** Seconds since the epoch. */
  readonly authTime: number;
}

// A code is to be exchanged within five minutes, and once.
// https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
const lifetimeMilliseconds = 5 * 60 * 1000;

/** The codes that managed login has sent browsers back with. */
export class AuthorizationCodes {
  readonly #codes = new BoundedMap<
    string,
    { readonly signIn: AuthorizedSignIn; readonly expiresAt: number }
  >(10_000);

  /** @param now milliseconds since the epoch */
  issue(signIn: AuthorizedSignIn, now: number): string {
    const code = randomUUID();
    this.#codes.set(code, { signIn, expiresAt: now + lifetimeMilliseconds });
    return code;
  }

  /**
   * Takes a code out: whoever asks for it again, after a mistake as well, gets nothing.
   *
   * @param code as the caller gave it
   * @param now milliseconds since the epoch
   */
  redeem(code: string, now: number): AuthorizedSignIn | null {
    const known = this.#codes.take(code);
    return known !== undefined && now < known.expiresAt ? known.signIn : null;
  }
}
