const freeAttempts = 5;
const longestLockoutSeconds = 15 * 60;
const forgivenAfterMilliseconds = 15 * 60 * 1000;

/**
 * Counts one user's failed attempts and says when the user is locked out: after the fifth failure
 * for a second, and for twice as long after each further one, up to 15 minutes. What is tried while
 * locked out fails by itself and does not lengthen the lockout. A success after it, or 15 minutes
 * without any attempt, starts the count again.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior
 */
export class SignInAttempts {
  #failures = 0;
  #lockedUntil = 0;
  #lastAttempt = 0;

  /**
   * Notes that somebody tries.
   *
   * @param now milliseconds since the epoch
   * @returns whether the attempt may be looked at; false while the user is locked out
   */
  begin(now: number): boolean {
    const quiet = now - this.#lastAttempt >= forgivenAfterMilliseconds;
    this.#lastAttempt = now;
    if (now < this.#lockedUntil) return false;
    if (quiet) this.#failures = 0;
    return true;
  }

  /** @param now milliseconds since the epoch */
  fail(now: number): void {
    this.#failures += 1;
    if (this.#failures < freeAttempts) return;
    const seconds = Math.min(2 ** (this.#failures - freeAttempts), longestLockoutSeconds);
    this.#lockedUntil = now + seconds * 1000;
  }

  succeed(): void {
    this.#failures = 0;
  }
}
