import { randomBytes } from "node:crypto";
import { BoundedMap } from "./bounded-map.ts";

/** What a session was handed out for. It is good for nothing else. */
export interface ChallengeBinding {
  readonly username: string;
  readonly clientId: string;
  /** The challenge's name. */
  readonly challenge: string;
}

/** One unfinished sign-in that waits for the answer to a challenge. */
export interface ChallengeSession {
  readonly binding: ChallengeBinding;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  used: boolean;
}

export type OpenedSession =
  | { kind: "open"; session: ChallengeSession }
  | { kind: "unknown" | "used" | "expired" };

// `AuthSessionValidity` of an app client, 3 minutes unless set otherwise.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
const lifetimeMilliseconds = 3 * 60 * 1000;

/** The sessions that carry a sign-in from one step to the next. */
export class ChallengeSessions {
  readonly #sessions = new BoundedMap<string, ChallengeSession>(10_000);

  /**
   * @param binding what the session is for
   * @param now milliseconds since the epoch
   * @returns an opaque text, about as long as the real one
   */
  start(binding: ChallengeBinding, now: number): string {
    const id = `AYABe${randomBytes(765).toString("base64url")}`;
    this.#sessions.set(id, { binding, expiresAt: now + lifetimeMilliseconds, used: false });
    return id;
  }

  /**
   * Looks a session up. It stays open: a wrong answer may be given again, and whoever accepts an
   * answer marks the session as used.
   *
   * @param id as the caller gave it
   * @param binding what the caller wants to use it for; a session of another user, client or
   *   challenge is unknown
   * @param now milliseconds since the epoch
   */
  open(id: string, binding: ChallengeBinding, now: number): OpenedSession {
    const session = this.#sessions.get(id);
    if (session === undefined || !isSame(session.binding, binding)) return { kind: "unknown" };
    if (session.used) return { kind: "used" };
    if (now >= session.expiresAt) return { kind: "expired" };
    return { kind: "open", session };
  }
}

function isSame(left: ChallengeBinding, right: ChallengeBinding): boolean {
  return (
    left.username === right.username &&
    left.clientId === right.clientId &&
    left.challenge === right.challenge
  );
}
