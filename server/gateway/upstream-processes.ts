import type { Logger } from "@cleanauth/common/log.ts";
import type { Caller } from "../auth/caller.ts";
import type { UpstreamDefinition } from "./servers-file.ts";
import type { UpstreamConnection } from "./upstream-connection.ts";
import { UpstreamError } from "./upstream-error.ts";

const firstDelayMilliseconds = 500;
const longestDelayMilliseconds = 60_000;
/** Whoever lives this long did not fail at the start. */
const settledMilliseconds = 30_000;

/** How it stands with an upstream. */
export type UpstreamState = "idle" | "running" | "failing";

/** A process of an upstream, or an HTTP session with it. */
export interface UpstreamProcess {
  readonly connection: Promise<UpstreamConnection>;
  /** Ends it while it starts. */
  readonly starting: AbortController;
  readonly startedAt: number;
  /** The same once it is open. */
  open: UpstreamConnection | null;
  /** How much is being done with it. */
  uses: number;
  lastUsedAt: number;
  /** Whether the last request did not get through to it. */
  isOutOfReach: boolean;
}

/**
 * Starts a process.
 *
 * @param closed to be called when it has ended
 * @param signal ends it while it starts
 */
type Connect = (
  caller: Caller,
  closed: () => void,
  signal: AbortSignal,
) => Promise<UpstreamConnection>;

/** What a process is kept under after it has failed. */
interface Failure {
  readonly times: number;
  readonly notBefore: number;
}

/**
 * The processes of one upstream: started on first use and ended when idle, one for all users or one for
 * each. One that fails is started anew with a delay that grows.
 */
export class UpstreamProcesses {
  readonly #definition: UpstreamDefinition;
  readonly #logger: Logger;
  readonly #connect: Connect;
  readonly #isNeeded: (key: string) => boolean;
  readonly #open = new Map<string, UpstreamProcess>();
  readonly #failures = new Map<string, Failure>();
  #isClosed = false;

  /**
   * @param parts.connect starts a process
   * @param parts.isNeeded whether a process has to go on although nobody calls it
   */
  constructor(
    definition: UpstreamDefinition,
    parts: {
      readonly connect: Connect;
      readonly isNeeded: (key: string) => boolean;
      readonly logger: Logger;
    },
  ) {
    this.#definition = definition;
    this.#connect = parts.connect;
    this.#isNeeded = parts.isNeeded;
    this.#logger = parts.logger;
  }

  get state(): UpstreamState {
    const open = [...this.#open.values()].filter((process) => process.open !== null);
    if (open.some(({ isOutOfReach }) => !isOutOfReach)) return "running";
    return open.length > 0 || this.#failures.size > 0 ? "failing" : "idle";
  }

  /** How many there are. */
  get size(): number {
    return this.#open.size;
  }

  /** Under what a caller's process is kept: the subject, or nothing where all share one. */
  keyOf({ subject }: Caller): string {
    return this.#definition.process === "per-user" ? subject : "";
  }

  find(key: string): UpstreamProcess | undefined {
    return this.#open.get(key);
  }

  /**
   * Does something with a caller's process, which is started where there is none, and does not end as idle
   * until it is done.
   *
   * @throws UpstreamError while it may not be started, and what the work throws
   */
  async use<Result>(
    caller: Caller,
    work: (process: UpstreamProcess) => Promise<Result>,
  ): Promise<Result> {
    const process = this.#of(caller);
    process.uses += 1;
    try {
      return await work(process);
    } finally {
      process.uses -= 1;
      process.lastUsedAt = performance.now();
    }
  }

  #of(caller: Caller): UpstreamProcess {
    const { name, limits } = this.#definition;
    if (this.#isClosed) throw new UpstreamError(`${name} is no longer offered`);
    const key = this.keyOf(caller);
    const existing = this.#open.get(key);
    if (existing !== undefined) {
      if (!isIdle(existing) || !existing.open?.mayConfuse(caller)) return existing;
      // What was given up in it may ask at any time; only with the process does that end for certain.
      void this.#giveUp(key, existing);
    }
    const now = performance.now();
    const failure = this.#failures.get(key);
    if (failure !== undefined && now < failure.notBefore) {
      const seconds = Math.ceil((failure.notBefore - now) / 1000);
      throw new UpstreamError(`${name} has failed; it is started again in ${seconds} s`);
    }
    if (this.#open.size >= limits.processes && !this.#makeRoom()) {
      throw new UpstreamError(`${name} serves as many users as it may: try again later`);
    }
    return this.#start(key, caller);
  }

  /** Ends what nobody has used for longer than the limit. */
  async closeIdle(): Promise<void> {
    const before = performance.now() - this.#definition.limits.idleSeconds * 1000;
    const idle = this.#idle().filter(([, { lastUsedAt }]) => lastUsedAt <= before);
    await Promise.all(idle.map(([key, process]) => this.#giveUp(key, process)));
  }

  /** Gives up a process that is of no more use; another one is started at once when it is needed. */
  discard(process: UpstreamProcess): void {
    const [found] = [...this.#open].filter(([, each]) => each === process);
    if (found !== undefined) void this.#giveUp(...found);
  }

  /** Ends all of them, for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#open.values()];
    await Promise.allSettled(
      all.map(async ({ connection, starting }) => {
        starting.abort();
        await (await connection).close();
      }),
    );
  }

  /** Gives up the process that was idle for longest, if one is. */
  #makeRoom(): boolean {
    const [first] = this.#idle().sort(([, one], [, other]) => one.lastUsedAt - other.lastUsedAt);
    if (first !== undefined) void this.#giveUp(...first);
    return first !== undefined;
  }

  #idle(): [string, UpstreamProcess][] {
    return [...this.#open].filter(([key, process]) => isIdle(process) && !this.#isNeeded(key));
  }

  async #giveUp(key: string, process: UpstreamProcess): Promise<void> {
    this.#open.delete(key);
    // It did well, so that what failed before it is forgotten.
    this.#failures.delete(key);
    await process.open?.close();
  }

  #start(key: string, caller: Caller): UpstreamProcess {
    const startedAt = performance.now();
    const starting = new AbortController();
    const process: UpstreamProcess = {
      starting,
      startedAt,
      uses: 0,
      lastUsedAt: startedAt,
      isOutOfReach: false,
      open: null,
      connection: this.#connect(caller, () => this.#hasEnded(key, process), starting.signal).then(
        (connection) => {
          process.open = connection;
          return connection;
        },
        (error) => {
          this.#logger.error({ err: error }, "upstream did not start");
          this.#hasEnded(key, process);
          throw error;
        },
      ),
    };
    process.connection.catch(() => {});
    this.#open.set(key, process);
    return process;
  }

  #hasEnded(key: string, process: UpstreamProcess): void {
    // Whoever was given up, or closed for good, has not failed.
    if (this.#open.get(key) !== process || this.#isClosed) return;
    this.#open.delete(key);
    const now = performance.now();
    const hasSettled = now - process.startedAt > settledMilliseconds;
    if (isIdle(process) && hasSettled) {
      this.#failures.delete(key);
      return;
    }
    const times = hasSettled ? 1 : (this.#failures.get(key)?.times ?? 0) + 1;
    const delay = Math.min(firstDelayMilliseconds * 2 ** (times - 1), longestDelayMilliseconds);
    this.#failures.set(key, { times, notBefore: now + delay });
  }
}

/** Whether nobody waits for it, and nothing that was given up may still be at work in it. */
function isIdle({ uses, open }: UpstreamProcess): boolean {
  return uses === 0 && open?.callsUnderWay === 0;
}
