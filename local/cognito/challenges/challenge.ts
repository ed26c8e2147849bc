import type { AuthParameters } from "../app-clients.ts";

/** The part of a sign-in that a question belongs to; what follows depends on it. */
export type SignInStage = "first factor" | "new password" | "second factor";

/** Something that one user is asked in one sign-in. It remembers what the answer is judged by. */
export interface Question {
  /** The challenge's name. */
  readonly name: string;
  readonly stage: SignInStage;
  /** What the caller is told along with it. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The answers that may be chosen from, where the API has a member of its own for them. */
  readonly availableChallenges?: readonly string[];
  /** The id of its session, where the parameters tell it already. */
  readonly session?: string;
  /**
   * Judges an answer and carries out what it asks for.
   *
   * @returns the question that the answer has chosen; null when this stage is done
   * @throws CognitoError when the answer is not taken; nothing has changed then
   */
  take(answer: AuthParameters): Question | null;
}
