const pauseMilliseconds = 1_000;

export type ListChange = "tools-changed" | "prompts-changed" | "resources-changed";

/**
 * Passes on that a list has changed: at once, and once more a second later where it was said again
 * meanwhile, however often. Every session hears of it and lists again, which is work for everybody.
 */
export class ListChanges {
  readonly #passOn: (kind: ListChange, subject: string | null) => void;
  /** Whether it was said again in the pause that follows. */
  readonly #pauses = new Map<string, boolean>();

  /** @param passOn told which list, and whose it is; null for everybody's */
  constructor(passOn: (kind: ListChange, subject: string | null) => void) {
    this.#passOn = passOn;
  }

  note(kind: ListChange, subject: string | null): void {
    const key = JSON.stringify([kind, subject]);
    if (this.#pauses.has(key)) return void this.#pauses.set(key, true);
    this.#pauses.set(key, false);
    this.#passOn(kind, subject);
    setTimeout(() => {
      const isAgain = this.#pauses.get(key);
      this.#pauses.delete(key);
      if (isAgain === true) this.note(kind, subject);
    }, pauseMilliseconds).unref();
  }
}
