/**
 * Counts what is under way, so that a stopping server can wait for it.
 */
export class Activity {
  #underWay = 0;
  readonly #waiting = new Set<() => void>();

  get underWay(): number {
    return this.#underWay;
  }

  /**
   * Notes that something begins.
   *
   * @returns to be called when it is over; further calls do nothing
   */
  begin(): () => void {
    this.#underWay += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#underWay -= 1;
      if (this.#underWay > 0 || this.#waiting.size === 0) return;
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    };
  }

  /**
   * Waits until nothing is under way.
   *
   * @param milliseconds the longest wait
   * @returns whether that came about
   */
  async untilIdle(milliseconds: number): Promise<boolean> {
    if (this.#underWay === 0) return true;
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(wake);
        resolve(false);
      }, milliseconds);
      this.#waiting.add(wake);
    });
  }
}
