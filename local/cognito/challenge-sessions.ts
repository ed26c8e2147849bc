import { randomBytes } from "node:crypto";
import { BoundedMap } from "./bounded-map.ts";
import type { Question } from "./challenges/challenge.ts";

/** Whom a session was handed out to. It is good for nobody else. */
export interface SessionBinding {
  readonly username: string;
  readonly clientId: string;
}

/** One unfinished sign-in that waits for the answer to a challenge. */
export interface ChallengeSession {
  readonly binding: SessionBinding;
  readonly question: Question;
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
   * @param binding whom the session is for
   * @param question what was asked, which is all that it can be used to answer
   * @param now milliseconds since the epoch
   * @returns an opaque text, about as long as the real one
   */
  start(binding: SessionBinding, question: Question, now: number): string {
    const id = question.session ?? `AYABe${randomBytes(765).toString("base64url")}`;
    const expiresAt = now + lifetimeMilliseconds;
    this.#sessions.set(id, { binding, question, expiresAt, used: false });
    return id;
  }

  /**
   * Looks a session up. It stays open: a wrong answer may be given again, and whoever accepts an
   * answer marks the session as used.
   *
   * @param id as the caller gave it
   * @param binding who wants to use it, and for which challenge; a session of another user, client or
   *   challenge is unknown. What is left out is not looked at
   * @param now milliseconds since the epoch
   */
  open(
    id: string,
    binding: Partial<SessionBinding> & { readonly challenge?: string },
    now: number,
  ): OpenedSession {
    const session = this.#sessions.get(id);
    if (session === undefined) return { kind: "unknown" };
    const actual = { ...session.binding, challenge: session.question.name };
    const wanted = { ...actual, ...binding };
    if (
      Object.entries(actual).some(([name, value]) => wanted[name as keyof typeof wanted] !== value)
    ) {
      return { kind: "unknown" };
    }
    if (session.used) return { kind: "used" };
    if (now >= session.expiresAt) return { kind: "expired" };
    return { kind: "open", session };
  }
}
