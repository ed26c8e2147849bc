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
   * Judges an answer and carries out what it asks for.
   *
   * @throws CognitoError when the answer is not taken; nothing has changed then
   */
  take(pool: UserPool, user: User, answer: AuthParameters): Promise<void>;
}
