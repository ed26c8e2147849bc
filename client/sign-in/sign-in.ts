/**
 * What signing in looks like to a screen or a command: a user name and a password go in, tokens come
 * out, and in between Cognito may ask for more.
 */

/** Something Cognito asks for before it hands out tokens. */
export type Challenge =
  | { name: "NEW_PASSWORD_REQUIRED"; requiredAttributes: readonly string[] }
  | { name: "SOFTWARE_TOKEN_MFA" };

/** What the user gave in answer to a {@link Challenge} of the same name. */
export type ChallengeAnswer =
  | {
      name: "NEW_PASSWORD_REQUIRED";
      newPassword: string;
      attributes?: Readonly<Record<string, string>>;
    }
  | { name: "SOFTWARE_TOKEN_MFA"; code: string };

export type SignInStep =
  | { kind: "challenge"; challenge: Challenge }
  | { kind: "signed_in"; tokens: TokenSource };

/** One attempt to sign in. Holds Cognito's session between the steps. */
export interface SignIn {
  /** @throws AppError `sign_in_…` */
  start(username: string, password: string): Promise<SignInStep>;
  /**
   * Answers the challenge that the last step asked.
   * @throws AppError `sign_in_wrong_code` or `sign_in_password_policy` when the same challenge may be
   *   answered again; any other `sign_in_…` when the attempt has to start over
   */
  answer(answer: ChallengeAnswer): Promise<SignInStep>;
}

/** Who signed in and how long the access token holds, for people to read. */
export interface Identity {
  /** The pool that issued the token; a subject is somebody only together with it. */
  readonly issuer: string;
  readonly username: string;
  readonly subject: string;
  readonly groups: readonly string[];
}

/** The tokens of a signed-in user, kept fresh. One for each sign-in, in memory. */
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
  /** Revokes the refresh token; never fails. */
  signOut(): Promise<void>;
}
