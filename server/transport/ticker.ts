/** Something that has to be looked after as long as it lasts. */
export interface Ticking {
  /** @param now milliseconds that no change of the clock moves */
  tick(now: number): void;
}

const intervalMilliseconds = 1_000;

/**
 * Looks after all streams and waiting requests once a second: one timer in place of several for each,
 * and one that notices when the clock was changed.
 */
export class Ticker {
  readonly #members = new Set<Ticking>();
  readonly #onDefect: (error: unknown) => void;
  readonly #timer = setInterval(() => this.tick(performance.now()), intervalMilliseconds).unref();

  /** @param onDefect told of a member that threw; it is looked after no more, and the others are */
  constructor(onDefect: (error: unknown) => void) {
    this.#onDefect = onDefect;
  }

  add(member: Ticking): void {
    this.#members.add(member);
  }

  remove(member: Ticking): void {
    this.#members.delete(member);
  }

  tick(now: number): void {
    for (const member of this.#members) {
      try {
        member.tick(now);
      } catch (error) {
        this.#members.delete(member);
        this.#onDefect(error);
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
