import type { AuthParameters } from "../app-clients.ts";
import type { UserPool } from "../user-pool.ts";
import type { User } from "../users.ts";

/** Something that a user is asked before there are tokens. */
export interface Challenge {
  readonly name: string;
  /** Whether this user is asked, once the steps before it are done. */
  isAskedOf(user: User): boolean;
  /** What the caller is told along with the question. */
  parameters(pool: UserPool, user: User): Record<string, string>;
  /**
   * Judges an answer without waiting for anything, so that two answers to one question cannot both
   * be judged before the first is taken.
   *
   * @throws CognitoError when the answer is not taken
   */
  check(pool: UserPool, user: User, answer: AuthParameters): void;
  /** Carries out what an answer that passed the check asks for. */
  complete(user: User, answer: AuthParameters): Promise<void>;
}
