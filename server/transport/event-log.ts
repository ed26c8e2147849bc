/** An event of a stream, as it was written or would have been. */
interface LoggedEvent {
  readonly streamId: number;
  readonly sequence: number;
  readonly text: string;
  readonly at: number;
}

/** What one session may keep, and for how long: a reader comes back within seconds, or not at all. */
const maximumCharacters = 512 * 1024;
const longestMilliseconds = 5 * 60_000;

/** Where a reader left off. */
export interface Cursor {
  readonly streamId: number;
  readonly sequence: number;
}

/**
 * The last events of a session's streams, so that a reader whose connection broke can have what it
 * missed (MCP 2025-11-25, transports, "Resumability and Redelivery"). Bounded in size and age; the
 * oldest events go first.
 */
export class EventLog {
  #events: LoggedEvent[] = [];
  #characters = 0;
  #sequence: number;

  /**
   * @param firstSequence higher than any that this session has given before, in an earlier process:
   *   what a reader knows from there must never be taken for something later than what is new
   */
  constructor(firstSequence: number) {
    this.#sequence = firstSequence;
  }

  /** Gives the id of the next event of a stream. */
  nextId(streamId: number): string {
    this.#sequence += 1;
    return `${streamId}-${this.#sequence}`;
  }

  /**
   * Keeps an event.
   *
   * @param id from {@link nextId}
   * @param now milliseconds that no change of the clock moves
   */
  add(id: string, text: string, now: number): void {
    const cursor = parseEventId(id);
    if (cursor === null) return;
    this.#events.push({ ...cursor, text, at: now });
    this.#characters += text.length;
    this.prune(now);
  }

  /** Gives a stream's events that come after a cursor, in their order. */
  after({ streamId, sequence }: Cursor): readonly string[] {
    return this.#events
      .filter((event) => event.streamId === streamId && event.sequence > sequence)
      .map(({ text }) => text);
  }

  has(streamId: number): boolean {
    return this.#events.some((event) => event.streamId === streamId);
  }

  /** Lets go of what is too old or too much. */
  prune(now: number): void {
    let gone = 0;
    for (const { at, text } of this.#events) {
      if (this.#characters <= maximumCharacters && now - at < longestMilliseconds) break;
      this.#characters -= text.length;
      gone += 1;
    }
    if (gone > 0) this.#events = this.#events.slice(gone);
  }
}

/**
 * Reads what a client sends as `Last-Event-ID`.
 *
 * @returns null for anything that this server never gave out
 */
export function parseEventId(id: string): Cursor | null {
  const [, streamId, sequence] = /^(\d{1,15})-(\d{1,15})$/.exec(id) ?? [];
  if (streamId === undefined || sequence === undefined) return null;
  return { streamId: Number(streamId), sequence: Number(sequence) };
}
