import type { AppError } from "@cleanauth/common/app-error.ts";
import type { Answers, Question } from "./question.ts";

/**
 * What signing in looks like to a screen or a command: questions are answered until there are tokens.
 */

export type SignInStep =
  /** Asks; with a problem, the same question once more. */
  | { kind: "question"; question: Question; problem: AppError | null }
  | { kind: "signed_in"; tokens: TokenSource };

/** One attempt to sign in. Holds what Cognito remembers it by between the steps. */
export interface SignIn {
  /** What is asked first. */
  readonly first: Question;
  /**
   * Answers the question of the last step, at the beginning {@link SignIn.first}.
   *
   * @throws AppError `sign_in_…` or `configuration_…` when the attempt has to start over, or cannot
   */
  answer(answers: Answers): Promise<SignInStep>;
  /** Gives the attempt up: an answer that is awaited is refused. */
  cancel(): void;
}

/** Who signed in and how long the access token holds, for people to read. */
export interface Identity {
  /** The pool that issued the token; a subject is somebody only together with it. */
  readonly issuer: string;
  readonly username: string;
  readonly subject: string;
  readonly groups: readonly string[];
}

/**
 * Tells the user to go on in a browser, which may have opened by itself.
 *
 * @returns whether there is anybody whom it could be told
 */
export type TellUser = (url: string) => boolean;

/** The tokens of a signed-in user, kept fresh. One for each sign-in. */
export interface TokenSource {
  readonly identity: Identity;
  /** When the access token that is held now expires, in milliseconds since the epoch. */
  expiresAtMilliseconds(): number;
  /**
   * An access token that holds for another minute at least; refreshed first where needed, once for
   * all who wait.
   * @param options.refuse the token that a server has just refused: forces a refresh when it is
   *   still the one that is held
   * @throws AppError `sign_in_expired` when the refresh token no longer works
   */
  accessToken(options?: { refuse?: string }): Promise<string>;
  /**
   * An access token for more scope than the one that is held, asked for once for all who wait.
   * @param scope what a server says that it needs
   * @param tellUser tells where to go on in a browser, if that is what it takes
   * @returns null where there is none to be had: by user name and password the scope is what it is
   */
  accessTokenFor(scope: string, tellUser?: TellUser): Promise<string | null>;
  /** Whether the sign-in outlives this program, so that leaving is no reason to revoke it. */
  readonly isKept: boolean;
  /**
   * Revokes the refresh token and forgets it; never fails.
   * @returns whether it is revoked: where its issuer cannot be told, it holds until it expires
   */
  signOut(): Promise<boolean>;
}
