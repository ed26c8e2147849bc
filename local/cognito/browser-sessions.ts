import { randomBytes } from "node:crypto";
import { BoundedMap } from "./bounded-map.ts";

/** Somebody who is signed in to the pool's pages in one browser. */
export interface BrowserSession {
  readonly username: string;
  /** When the password was given, in seconds since the epoch. */
  readonly authTime: number;
}

// https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-session-cookie.html
const lifetimeMilliseconds = 60 * 60 * 1000;

/** The sessions behind managed login's cookie, which last an hour. */
export class BrowserSessions {
  readonly #sessions = new BoundedMap<string, BrowserSession>(10_000);

  /**
   * @param username who signed in
   * @param now milliseconds since the epoch
   * @returns the cookie's value
   */
  start(username: string, now: number): { id: string; session: BrowserSession } {
    const id = randomBytes(32).toString("base64url");
    const session = { username, authTime: Math.floor(now / 1000) };
    this.#sessions.set(id, session);
    return { id, session };
  }

  /** @param now milliseconds since the epoch */
  find(id: string, now: number): BrowserSession | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || now >= session.authTime * 1000 + lifetimeMilliseconds) return;
    return session;
  }

  end(id: string): void {
    this.#sessions.take(id);
  }
}
