import { ClassicLevel } from "classic-level";
import { z } from "zod";
import { createNoteIds, isNoteId } from "./note-id.ts";

export interface Note {
  readonly id: string;
  readonly text: string;
  /** ISO 8601, in UTC. */
  readonly createdAt: string;
}

const defaultMaximumPerOwner = 1_000;

/** A lock is let go of within seconds; a full disk or a damaged store takes somebody to mend it. */
const slowerAfterFailure = 20;

/** How it stands with the store; `failed` goes on trying to open. */
export type NotesState = "opening" | "locked" | "open" | "failed" | "closed";

/** The store did not open in the time that a caller waits. */
export class NotesUnavailableError extends Error {}

const storedNote = z.object({ text: z.string(), createdAt: z.string() });

interface NotesOptions {
  /** How many notes one owner may have. */
  readonly maximumPerOwner?: number;
  /** How long a call waits for a store that is not open yet. */
  readonly waitMilliseconds?: number;
  /** How long to wait before another attempt to open. */
  readonly retryMilliseconds?: number;
  /** Told of each change, with the error when opening failed for another cause than the lock. */
  readonly onState?: (state: NotesState, error?: unknown) => void;
  readonly now?: () => number;
}

/**
 * Notes on disk, each under its owner's subject: no call can name a note of somebody else.
 *
 * Every change is on the disk before it is acknowledged. One process at a time can have the store
 * open; while an old one is still shutting down, this one waits and tries again. So it does after a
 * write that failed.
 */
export class NotesStore {
  readonly maximumPerOwner: number;
  readonly #db: ClassicLevel<string, unknown>;
  readonly #waitMilliseconds: number;
  readonly #retryMilliseconds: number;
  readonly #onState: (state: NotesState, error?: unknown) => void;
  readonly #now: () => number;
  readonly #nextId: () => string;
  readonly #whenOpen: Promise<void>;
  #hasOpened: () => void = () => {};
  readonly #lastChange = new Map<string, Promise<unknown>>();
  #state: NotesState = "opening";
  #retry: NodeJS.Timeout | undefined;
  #opening: Promise<void>;

  /**
   * Begins to open a store and returns at once.
   *
   * @param directory the store's own folder; made where it is missing
   */
  constructor(directory: string, options: NotesOptions = {}) {
    this.#db = new ClassicLevel(directory, { valueEncoding: "json" });
    this.#whenOpen = new Promise((resolve) => {
      this.#hasOpened = resolve;
    });
    this.maximumPerOwner = options.maximumPerOwner ?? defaultMaximumPerOwner;
    this.#waitMilliseconds = options.waitMilliseconds ?? 5_000;
    this.#retryMilliseconds = options.retryMilliseconds ?? 250;
    this.#onState = options.onState ?? (() => {});
    this.#now = options.now ?? Date.now;
    this.#nextId = createNoteIds(this.#now);
    this.#opening = this.#open();
  }

  get state(): NotesState {
    return this.#state;
  }

  async #open(): Promise<void> {
    try {
      await this.#db.open();
      if (this.#state === "closed") return;
      this.#change("open");
      this.#hasOpened();
    } catch (error) {
      if (this.#state === "closed") return;
      const isHeld = isLocked(error);
      this.#change(isHeld ? "locked" : "failed", isHeld ? undefined : error);
      this.#retry = setTimeout(
        () => {
          this.#opening = this.#open();
        },
        this.#retryMilliseconds * (isHeld ? 1 : slowerAfterFailure),
      );
    }
  }

  #change(state: NotesState, error?: unknown): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#onState(state, error);
  }

  /** Closes the store; another process can open it then. */
  async close(): Promise<void> {
    this.#state = "closed";
    clearTimeout(this.#retry);
    await this.#opening;
    await Promise.allSettled(this.#lastChange.values());
    await this.#db.close();
  }

  /**
   * Keeps a note.
   *
   * @param owner the subject whose note it is
   * @param text well-formed Unicode
   * @returns the note, on disk; null when the owner has {@link maximumPerOwner} already
   * @throws NotesUnavailableError
   */
  async add(owner: string, text: string): Promise<Note | null> {
    await this.#untilOpen();
    return this.#inTurn(owner, async () => {
      if ((await this.#count(owner)) >= this.maximumPerOwner) return null;
      const note = { text, createdAt: new Date(this.#now()).toISOString() };
      const id = this.#nextId();
      await this.#write(() => this.#db.put(keyOf(owner, id), note, { sync: true }));
      return { id, ...note };
    });
  }

  /**
   * Reads an owner's notes, the newest first.
   *
   * @param page.limit how many at most
   * @param page.before only notes older than the one with this id
   * @returns the notes, and how many the owner has in all
   * @throws NotesUnavailableError
   */
  async list(
    owner: string,
    page: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<{ readonly notes: Note[]; readonly total: number }> {
    await this.#untilOpen();
    const { before, limit } = page;
    const total = await this.#count(owner);
    if (before !== undefined && !isNoteId(before)) return { notes: [], total };
    const range = rangeOf(owner);
    const lt = before === undefined ? range.lt : keyOf(owner, before);
    const entries = await this.#db.iterator({ gt: range.gt, lt, reverse: true, limit }).all();
    return { notes: entries.map(toNote), total };
  }

  /**
   * Reads those of an owner's notes that fulfil a condition, the newest first.
   *
   * @throws NotesUnavailableError
   */
  async filter(owner: string, fits: (note: Note) => boolean): Promise<Note[]> {
    await this.#untilOpen();
    const found: Note[] = [];
    for await (const entry of this.#db.iterator({ ...rangeOf(owner), reverse: true })) {
      const note = toNote(entry);
      if (fits(note)) found.push(note);
    }
    return found;
  }

  /**
   * Deletes a note of an owner's.
   *
   * @param id anything; what is no id of a note of this owner's is not found
   * @returns the note that is gone, or null when there was none
   * @throws NotesUnavailableError
   */
  async remove(owner: string, id: string): Promise<Note | null> {
    await this.#untilOpen();
    if (!isNoteId(id)) return null;
    return this.#inTurn(owner, async () => {
      const key = keyOf(owner, id);
      const stored = await this.#db.get(key);
      if (stored === undefined) return null;
      await this.#write(() => this.#db.del(key, { sync: true }));
      return toNote([key, stored]);
    });
  }

  /** After a write that failed, as on a full disk, LevelDB takes no more until it is opened anew. */
  async #write(change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } catch (error) {
      if (this.#state === "open") {
        this.#change("failed", error);
        this.#opening = this.#reopen();
      }
      throw new NotesUnavailableError("A write failed", { cause: error });
    }
  }

  async #reopen(): Promise<void> {
    await this.#db.close();
    if (this.#state !== "closed") await this.#open();
  }

  async #count(owner: string): Promise<number> {
    return (await this.#db.keys(rangeOf(owner)).all()).length;
  }

  async #untilOpen(): Promise<void> {
    if (this.#state === "open") return;
    if (this.#state === "closed" || this.#state === "failed") throw new NotesUnavailableError();
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise((_resolve, reject) => {
      timer = setTimeout(() => reject(new NotesUnavailableError()), this.#waitMilliseconds);
    });
    await Promise.race([this.#whenOpen, tooLong]).finally(() => clearTimeout(timer));
  }

  /** One change of an owner's at a time: counting and adding must not interleave. */
  async #inTurn<T>(owner: string, change: () => Promise<T>): Promise<T> {
    const previous = this.#lastChange.get(owner) ?? Promise.resolve();
    const mine = previous.then(change, change);
    this.#lastChange.set(owner, mine);
    try {
      return await mine;
    } finally {
      if (this.#lastChange.get(owner) === mine) this.#lastChange.delete(owner);
    }
  }
}

/** The owner in hexadecimal holds no separator, whatever characters a subject may have. */
function prefixOf(owner: string): string {
  return Buffer.from(owner, "utf8").toString("hex");
}

function keyOf(owner: string, id: string): string {
  return `${prefixOf(owner)}/${id}`;
}

/** All keys of an owner: `0` is the character after the separator. */
function rangeOf(owner: string): { readonly gt: string; readonly lt: string } {
  return { gt: `${prefixOf(owner)}/`, lt: `${prefixOf(owner)}0` };
}

function toNote([key, value]: [string, unknown]): Note {
  return { id: key.slice(key.indexOf("/") + 1), ...storedNote.parse(value) };
}

function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED";
}
