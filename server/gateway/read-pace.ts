const bytesPerMillisecond = 10 * 1024;
const burstMilliseconds = 100;

/** What a message costs that nobody waits for: 500 a second are read, and some at once. */
export const unaskedMilliseconds = 2;
/** What a line costs that is looked at and left out. */
export const leftOutMilliseconds = 0.05;

/**
 * How fast what an upstream says is read. Reading costs this process time that is everybody's, so each
 * byte and each message has a price in milliseconds, and one second a second is what there is to pay with.
 */
export class ReadPace {
  #paidUntil = 0;

  /**
   * Notes what was read.
   *
   * @param price in milliseconds, beside that of the bytes
   */
  charge(bytes: number, price = 0): void {
    const from = Math.max(this.#paidUntil, performance.now());
    this.#paidUntil = from + bytes / bytesPerMillisecond + price;
  }

  /** How long nothing more is to be read; 0 where there is no need to wait. */
  get waitMilliseconds(): number {
    return Math.max(0, this.#paidUntil - performance.now() - burstMilliseconds);
  }
}
