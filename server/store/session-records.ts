import {
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** What it takes to take a session up again in another process. */
export interface SessionRecord {
  readonly id: string;
  /** Whose session it is: a user through an app client. */
  readonly subject: string;
  readonly clientId: string;
  /** The parameters of its `initialize`, as the client sent them. */
  readonly initialize: Readonly<Record<string, unknown>>;
  /** The URIs of the resources that it follows. */
  readonly follows: readonly string[];
}

const storedRecord = z.strictObject({
  id: z.string(),
  subject: z.string(),
  clientId: z.string(),
  initialize: z.record(z.string(), z.unknown()),
  follows: z.array(z.string()).default([]),
});

/** What this server gives out, and what names a file and nothing else. */
const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const temporaryMilliseconds = 60_000;

interface RecordOptions {
  /** How many are kept; those that were used longest ago go first. */
  readonly maximum: number;
  /** How long one is kept after its last use. */
  readonly idleMilliseconds: number;
  /** Told of what could not be written or read. No caller waits for it to be mended. */
  readonly onProblem: (problem: string, error: unknown) => void;
  /** Milliseconds since the epoch: these times have to mean something to the next process. */
  readonly now?: () => number;
}

/**
 * Sessions on disk, so that they go on after a restart, whatever ended the process. A file for each:
 * while one process takes over from another, both read and write them. A file's time of modification
 * is the last use of its session.
 *
 * What is written last may be missing after a power failure; its client then begins a new session.
 */
export class SessionRecords {
  readonly #directory: string;
  readonly #options: RecordOptions;
  readonly #now: () => number;
  #count = 0;
  /** What is being done with a session's record, to its end. */
  readonly #turns = new Map<string, Promise<void>>();

  /** @param directory their own folder; made where it is missing */
  constructor(directory: string, options: RecordOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Keeps a session. It works without: a failure is told to `onProblem`.
   */
  async save(record: SessionRecord): Promise<void> {
    if (this.#count >= this.#options.maximum) await this.sweep();
    if (await this.#write(record)) this.#count += 1;
  }

  /** @returns whether it is written */
  async #write(record: SessionRecord): Promise<boolean> {
    const path = this.#pathOf(record.id);
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      // A reader finds the whole record or none.
      await writeFile(`${path}.tmp`, JSON.stringify(record), { mode: 0o600 });
      await rename(`${path}.tmp`, path);
      return true;
    } catch (error) {
      this.#options.onProblem("a session is not kept on disk", error);
      await unlink(`${path}.tmp`).catch(() => {});
      return false;
    }
  }

  /** Notes that a session follows a resource from now on, or no longer. */
  noteFollowed(id: string, uri: string, isFollowed: boolean): Promise<void> {
    return this.#inTurn(id, async () => {
      const record = await this.load(id);
      if (record === null || record.follows.includes(uri) === isFollowed) return;
      const others = record.follows.filter((other) => other !== uri);
      await this.#write({ ...record, follows: isFollowed ? [...others, uri] : others });
    });
  }

  /**
   * Has one thing after the other done with a record: what was read before another has written or removed
   * it would be written over that.
   */
  #inTurn(id: string, work: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(id)?.catch(() => {}) ?? Promise.resolve();
    const turn = before.then(work).finally(() => {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    });
    this.#turns.set(id, turn);
    return turn;
  }

  /**
   * Finds a session that is not idle for too long.
   *
   * @param id whatever a client sent
   * @returns null when there is none, or none that can be read; that is told to `onProblem`
   */
  async load(id: string): Promise<SessionRecord | null> {
    if (!idForm.test(id)) return null;
    const path = this.#pathOf(id);
    let text: string;
    try {
      text = await readFile(path, "utf8");
      if (this.#isIdle((await stat(path)).mtimeMs)) return null;
    } catch (error) {
      // Too many open files, say: the record may be read the next time.
      if (!isMissing(error)) this.#options.onProblem("a session on disk cannot be read", error);
      return null;
    }
    try {
      const record = storedRecord.parse(JSON.parse(text));
      if (record.id !== id) throw new Error("A record under another's name");
      return record;
    } catch (error) {
      this.#options.onProblem("the record of a session is damaged", error);
      // Part of a turn, perhaps, which it would wait for.
      await this.#unlink(id);
      return null;
    }
  }

  /**
   * Notes the last use of a session.
   *
   * @param at milliseconds since the epoch
   */
  async touch(id: string, at: number): Promise<void> {
    await utimes(this.#pathOf(id), at / 1000, at / 1000).catch(() => {});
  }

  /** Removes the record of a session; what was to be noted before that does not bring it back. */
  remove(id: string): Promise<void> {
    return this.#inTurn(id, () => this.#unlink(id));
  }

  async #unlink(id: string): Promise<void> {
    await unlink(this.#pathOf(id)).then(
      () => {
        this.#count -= 1;
      },
      () => {},
    );
  }

  /** Removes a session that this process takes for idle, unless another has used it since. */
  async removeIdle(id: string): Promise<void> {
    const file = await stat(this.#pathOf(id)).catch(() => null);
    if (file !== null && this.#isIdle(file.mtimeMs)) await this.remove(id);
  }

  /** Removes what is idle for too long, and what is too much. */
  async sweep(): Promise<void> {
    try {
      const kept: { id: string; lastUse: number }[] = [];
      for (const name of await readdir(this.#directory)) {
        const path = join(this.#directory, name);
        const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.NaN }));
        if (name.endsWith(".json")) kept.push({ id: name.slice(0, -5), lastUse: mtimeMs });
        else if (this.#now() - mtimeMs > temporaryMilliseconds) await unlink(path).catch(() => {});
      }
      this.#count = kept.length;
      kept.sort((a, b) => b.lastUse - a.lastUse);
      // Room for some, so that not each new one has all of them looked through.
      const room = Math.ceil(this.#options.maximum * 0.9);
      for (const [index, { id, lastUse }] of kept.entries()) {
        if (index >= room || this.#isIdle(lastUse)) await this.remove(id);
      }
    } catch (error) {
      if (!isMissing(error)) this.#options.onProblem("sessions on disk cannot be read", error);
    }
  }

  #isIdle(lastUse: number): boolean {
    return this.#now() - lastUse >= this.#options.idleMilliseconds;
  }

  #pathOf(id: string): string {
    if (!idForm.test(id)) throw new Error("No id of a session");
    return join(this.#directory, `${id}.json`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
