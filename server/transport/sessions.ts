import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { Caller } from "../auth/caller.ts";

export type TransportKind = "streamable-http" | "sse";

/** A session's end of the connection. */
export interface SessionTransport extends Transport {
  /** Ends the streams on which its client listens; nobody who waits for a response has one. */
  endStreams(): void;
}

/** An MCP session. It belongs to the caller that opened it: a user through an app client. */
export interface Session<T extends SessionTransport = SessionTransport> {
  readonly id: string;
  readonly kind: TransportKind;
  readonly transport: T;
  /**
   * Keeps the session from going idle, as long as a request or a stream of it is open.
   *
   * @returns to be called when that is over
   */
  hold(): () => void;
}

interface OpenSession extends Session {
  readonly owner: string;
  holds: number;
  lastUsedMilliseconds: number;
  /** The last use that {@link Sessions.takeUses} gave out. */
  toldMilliseconds: number;
}

export interface SessionLimits {
  readonly maximum: number;
  /** So that one caller cannot take them all. */
  readonly maximumPerCaller: number;
  readonly idleMilliseconds: number;
}

/** Why there is no room for a session. */
export type NoRoom = "server-full" | "caller-full";

/**
 * The sessions that are open, in memory.
 *
 * An id is no credential: every look-up names the caller, and a session of another caller is not
 * found, exactly as if there were none.
 */
export class Sessions {
  readonly #sessions = new Map<string, OpenSession>();
  readonly #countByOwner = new Map<string, number>();
  readonly #limits: SessionLimits;
  readonly #now: () => number;

  /** @param now milliseconds that no change of the clock moves */
  constructor(limits: SessionLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** How many are open, by transport. */
  count(): Record<TransportKind, number> {
    const counts: Record<TransportKind, number> = { "streamable-http": 0, sse: 0 };
    for (const { kind } of this.#sessions.values()) counts[kind] += 1;
    return counts;
  }

  /** Whether another session may be opened by this caller; null when it may. */
  findNoRoom(caller: Caller): NoRoom | null {
    if (this.#sessions.size >= this.#limits.maximum) return "server-full";
    const own = this.#countByOwner.get(ownerOf(caller)) ?? 0;
    return own >= this.#limits.maximumPerCaller ? "caller-full" : null;
  }

  /**
   * Opens a session. Its transport closes it, by whatever cause: {@link remove} has to be called
   * then.
   *
   * @param session.id random, and nobody else's
   * @param caller whose session it is
   */
  add<T extends SessionTransport>(
    session: { readonly id: string; readonly kind: TransportKind; readonly transport: T },
    caller: Caller,
  ): Session<T> {
    const now = this.#now;
    const owner = ownerOf(caller);
    const open = {
      ...session,
      owner,
      holds: 0,
      lastUsedMilliseconds: now(),
      toldMilliseconds: now(),
      hold() {
        open.holds += 1;
        let isOver = false;
        return () => {
          if (isOver) return;
          isOver = true;
          open.holds -= 1;
          open.lastUsedMilliseconds = now();
        };
      },
    };
    this.#sessions.set(session.id, open);
    this.#countByOwner.set(owner, (this.#countByOwner.get(owner) ?? 0) + 1);
    return open;
  }

  /** Finds a caller's own session of one transport. */
  find(kind: TransportKind, id: string, caller: Caller): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || session.kind !== kind) return undefined;
    return session.owner === ownerOf(caller) ? session : undefined;
  }

  /** Forgets a session whose transport has closed. Unknown ids are fine. */
  remove(id: string): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    this.#sessions.delete(id);
    const left = (this.#countByOwner.get(session.owner) ?? 1) - 1;
    if (left > 0) this.#countByOwner.set(session.owner, left);
    else this.#countByOwner.delete(session.owner);
  }

  /**
   * Closes the sessions that nobody has used for longer than the limit.
   *
   * @returns their ids
   */
  async closeIdle(): Promise<readonly string[]> {
    const before = this.#now() - this.#limits.idleMilliseconds;
    const idle = [...this.#sessions.values()].filter(
      ({ holds, lastUsedMilliseconds }) => holds === 0 && lastUsedMilliseconds <= before,
    );
    await Promise.all(idle.map(({ transport }) => transport.close()));
    return idle.map(({ id }) => id);
  }

  /** The sessions that were used since this was asked last, and how long ago that was. */
  takeUses(): { readonly id: string; readonly millisecondsAgo: number }[] {
    const now = this.#now();
    const uses = [];
    for (const session of this.#sessions.values()) {
      const last = session.holds > 0 ? now : session.lastUsedMilliseconds;
      if (last === session.toldMilliseconds) continue;
      session.toldMilliseconds = last;
      uses.push({ id: session.id, millisecondsAgo: now - last });
    }
    return uses;
  }

  /** Ends all streams on which clients listen. */
  endStreams(): void {
    for (const { transport } of this.#sessions.values()) transport.endStreams();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()));
  }
}

/** JSON keeps the two apart, whatever characters they hold. */
function ownerOf(caller: Caller): string {
  return JSON.stringify([caller.subject, caller.clientId]);
}
