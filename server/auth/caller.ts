/**
 * Who makes a request: all of a verified access token that goes beyond `auth/`. The token itself
 * ends there.
 */
export interface Caller {
  /** `sub`: the user's unchanging id in the pool. */
  readonly subject: string;
  readonly username: string;
  /** `cognito:groups`; empty when the user is in none. */
  readonly groups: readonly string[];
  /** `scope`, split. */
  readonly scopes: readonly string[];
  /** The app client that the token was issued to. */
  readonly clientId: string;
  /** When the token expires, in seconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * The milliseconds until a caller's token expires, never negative.
 *
 * @param caller whose token it is
 * @param nowMilliseconds the present, since the epoch
 */
export function millisecondsToExpiry(caller: Caller, nowMilliseconds: number): number {
  return Math.max(0, caller.expiresAt * 1000 - nowMilliseconds);
}
