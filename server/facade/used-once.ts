/**
 * Remembers what has been used, for as long as it could be used again. After a restart it has forgotten;
 * what stands behind it (Cognito's own codes) is single-use by itself.
 */
export class UsedOnce {
  readonly #expiryById = new Map<string, number>();
  readonly #lifetimeMilliseconds: number;
  readonly #now: () => number;

  /**
   * @param lifetimeSeconds how long a thing can be used at all
   * @param now milliseconds that no change of the clock moves
   */
  constructor(lifetimeSeconds: number, now: () => number = () => performance.now()) {
    this.#lifetimeMilliseconds = lifetimeSeconds * 1000;
    this.#now = now;
  }

  /** Notes a use; false when it is not the first one. */
  use(id: string): boolean {
    const now = this.#now();
    // In the order of insertion, which is that of expiry.
    for (const [old, expiry] of this.#expiryById) {
      if (expiry > now) break;
      this.#expiryById.delete(old);
    }
    if (this.#expiryById.has(id)) return false;
    this.#expiryById.set(id, now + this.#lifetimeMilliseconds);
    return true;
  }

  /** Takes a use back that came to nothing, so that it can be tried again. */
  takeBack(id: string): void {
    this.#expiryById.delete(id);
  }
}
