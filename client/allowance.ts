/** What a stranger may cost: a burst at once, then a steady trickle (a token bucket). */
export interface Allowance {
  /**
   * @param amount a negative one gives back
   * @returns false, and nothing is taken, where there is not so much
   */
  take(amount: number): boolean;
}

/**
 * @param burst how much may be taken at once
 * @param perSecond how much of it comes back each second
 * @param now the time in milliseconds since the epoch
 */
export function createAllowance(
  burst: number,
  perSecond: number,
  now: () => number = Date.now,
): Allowance {
  let left = burst;
  let countedAt = now();
  return {
    take(amount) {
      const at = now();
      left = Math.min(burst, left + ((at - countedAt) / 1000) * perSecond);
      countedAt = at;
      if (left < amount) return false;
      left -= amount;
      return true;
    },
  };
}
