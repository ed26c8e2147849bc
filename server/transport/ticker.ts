/** Something that has to be looked after as long as it lasts. */
export interface Ticking {
  /** Its place among those that are looked after; the {@link Ticker}'s to set. */
  place: number;
  /** @param now milliseconds that no change of the clock moves */
  tick(now: number): void;
}

const intervalMilliseconds = 1_000;

/** The place of what is not looked after. */
export const nowhere = -1;

/**
 * Looks after all streams and waiting requests once a second: one timer in place of several for each,
 * and one that notices when the clock was changed.
 *
 * A list in which each member knows its place: every call comes and goes here, and V8 copies a Set that
 * is used so every few times. What was in the old copy stays alive until the next full collection.
 */
export class Ticker {
  readonly #members: Ticking[] = [];
  readonly #onDefect: (error: unknown) => void;
  readonly #timer = setInterval(() => this.tick(performance.now()), intervalMilliseconds).unref();

  /** @param onDefect told of a member that threw; it is looked after no more, and the others are */
  constructor(onDefect: (error: unknown) => void) {
    this.#onDefect = onDefect;
  }

  add(member: Ticking): void {
    if (member.place !== nowhere) return;
    member.place = this.#members.length;
    this.#members.push(member);
  }

  remove(member: Ticking): void {
    const { place } = member;
    if (place === nowhere) return;
    member.place = nowhere;
    const last = this.#members.pop();
    if (last === undefined || last === member) return;
    last.place = place;
    this.#members[place] = last;
  }

  tick(now: number): void {
    for (const member of [...this.#members]) {
      if (member.place === nowhere) continue;
      try {
        member.tick(now);
      } catch (error) {
        this.remove(member);
        this.#onDefect(error);
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
