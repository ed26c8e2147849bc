import type { Caller } from "../auth/caller.ts";
import type { Catalogue } from "./catalogue.ts";

const mostCatalogues = 200;

/** What an upstream offers, remembered until it says that it has changed. */
export class CatalogueCache {
  readonly #known = new Map<string, { subject: string | null; reading: Promise<Catalogue> }>();

  /**
   * Gives what is remembered, or reads it. What cannot be read is not remembered.
   *
   * @param caller for whom it is; null where it is the same for all
   */
  remember(caller: Caller | null, read: () => Promise<Catalogue>): Promise<Catalogue> {
    const key = caller === null ? "" : JSON.stringify([caller.subject, caller.groups]);
    const known = this.#known.get(key);
    if (known !== undefined) return known.reading;
    const entry = { subject: caller?.subject ?? null, reading: read() };
    this.#known.set(key, entry);
    entry.reading.catch(() => {
      if (this.#known.get(key) === entry) this.#known.delete(key);
    });
    if (this.#known.size > mostCatalogues) {
      this.#known.delete(this.#known.keys().next().value ?? "");
    }
    return entry.reading;
  }

  /** @param subject whose; null for everybody's */
  forget(subject: string | null): void {
    for (const [key, entry] of this.#known) {
      if (subject === null || entry.subject === subject) this.#known.delete(key);
    }
  }
}
