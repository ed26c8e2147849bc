import type { Logger } from "@cleanauth/common/log.ts";
import type { ClientRequest } from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";
import { judge } from "../auth/policy.ts";
import type { CallContext, FeatureEvent } from "../mcp/features.ts";
import { callerOfRequest } from "./caller-identity.ts";
import { type Catalogue, readCatalogue } from "./catalogue.ts";
import { type ReachParts, reachUpstream } from "./reach-upstream.ts";
import type { UpstreamDefinition } from "./servers-file.ts";
import { connectUpstream, type UpstreamConnection } from "./upstream-connection.ts";
import { toUpstreamError, UpstreamError } from "./upstream-error.ts";

const startSeconds = 60;
const firstDelayMilliseconds = 500;
const longestDelayMilliseconds = 60_000;
/** One user gets half of the calls that a shared process answers at a time. */
const callersShare = 2;
const mostCatalogues = 200;
/** Whoever lives this long did not fail at the start. */
const settledMilliseconds = 30_000;

/** How it stands with an upstream. */
export type UpstreamState = "idle" | "running" | "failing";

interface Slot {
  readonly connection: Promise<UpstreamConnection>;
  readonly startedAt: number;
  open: UpstreamConnection | null;
  lastUsedAt: number;
}

/** What a process or session is kept under after it has failed. */
interface Failure {
  readonly times: number;
  readonly notBefore: number;
}

/**
 * An MCP server behind this one: its processes (or HTTP sessions) are started on first use and ended
 * when idle. One that crashes fails its own callers, and is started anew with a delay that grows.
 */
export class Upstream {
  readonly definition: UpstreamDefinition;
  readonly #parts: ReachParts;
  readonly #logger: Logger;
  readonly #tell: (event: FeatureEvent) => void;
  /** By subject, or under one key where all users share. */
  readonly #slots = new Map<string, Slot>();
  readonly #failures = new Map<string, Failure>();
  /** By whom they are for, where that makes a difference. */
  readonly #catalogues = new Map<string, Promise<Catalogue>>();
  #isClosed = false;

  /** @param tell told what changes here, and what it logs */
  constructor(
    definition: UpstreamDefinition,
    parts: ReachParts,
    tell: (event: FeatureEvent) => void,
  ) {
    this.definition = definition;
    this.#logger = parts.logger.child({ upstream: definition.name });
    this.#parts = { ...parts, logger: this.#logger };
    this.#tell = tell;
  }

  get state(): UpstreamState {
    const isRunning = [...this.#slots.values()].some(({ open }) => open !== null);
    if (isRunning) return "running";
    return this.#failures.size > 0 ? "failing" : "idle";
  }

  /** How many processes or sessions are open. */
  get processes(): number {
    return this.#slots.size;
  }

  /**
   * Asks the upstream on behalf of a caller.
   *
   * @throws {@link UpstreamError} in words of this server, or the upstream's own JSON-RPC error
   */
  async ask(request: ClientRequest, context: CallContext): Promise<Record<string, unknown>> {
    const { name, limits, process } = this.definition;
    const slot = this.#slotFor(context.caller);
    try {
      const connection = await slot.connection;
      const share = Math.max(1, Math.floor(limits.concurrentCalls / callersShare));
      const isFull = connection.callsUnderWay >= limits.concurrentCalls;
      if (isFull || (process === "shared" && connection.callsOf(context.caller) >= share)) {
        throw new UpstreamError(`${name} is busy: try again in a moment`);
      }
      return await callerOfRequest.run(context.caller, () => connection.ask(request, context));
    } catch (error) {
      if (error instanceof UpstreamError || context.signal.aborted) throw error;
      throw toUpstreamError(name, error);
    } finally {
      slot.lastUsedAt = performance.now();
    }
  }

  /**
   * What the upstream offers. Asked for once, and again after it has said that it changed. An upstream that
   * can tell users apart may offer each of them something else: then it is asked for each.
   */
  catalogue(caller: Caller): Promise<Catalogue> {
    const { name, process, identity } = this.definition;
    const tellsApart = process === "per-user" || identity !== "none";
    const key = tellsApart ? JSON.stringify([caller.subject, caller.groups]) : "";
    const known = this.#catalogues.get(key);
    if (known !== undefined) return known;
    const reading = this.#readCatalogue(caller).catch((error) => {
      if (this.#catalogues.get(key) === reading) this.#catalogues.delete(key);
      throw toUpstreamError(name, error);
    });
    this.#catalogues.set(key, reading);
    if (this.#catalogues.size > mostCatalogues) {
      this.#catalogues.delete(this.#catalogues.keys().next().value ?? "");
    }
    return reading;
  }

  async #readCatalogue(caller: Caller): Promise<Catalogue> {
    const slot = this.#slotFor(caller);
    const connection = await slot.connection;
    return callerOfRequest.run(caller, () => readCatalogue(connection, this.#logger));
  }

  /** Ends what nobody has used for longer than the limit. */
  async closeIdle(): Promise<void> {
    const before = performance.now() - this.definition.limits.idleSeconds * 1000;
    const idle = this.#idleSlots().filter(([, { lastUsedAt }]) => lastUsedAt <= before);
    await Promise.all(idle.map(([key, slot]) => this.#giveUp(key, slot)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const slots = [...this.#slots.values()];
    await Promise.allSettled(slots.map(async ({ connection }) => (await connection).close()));
  }

  #slotFor(caller: Caller): Slot {
    const { name, process, limits } = this.definition;
    if (this.#isClosed) throw new UpstreamError(`${name} is no longer offered`);
    const key = process === "per-user" ? caller.subject : "";
    const existing = this.#slots.get(key);
    if (existing !== undefined) return existing;
    const now = performance.now();
    const failure = this.#failures.get(key);
    if (failure !== undefined && now < failure.notBefore) {
      const seconds = Math.ceil((failure.notBefore - now) / 1000);
      throw new UpstreamError(`${name} has failed; it is started again in ${seconds} s`);
    }
    if (this.#slots.size >= limits.processes && !this.#makeRoom()) {
      throw new UpstreamError(`${name} serves as many users as it may: try again later`);
    }
    return this.#start(key, caller);
  }

  /** Gives up the process that was idle for longest, if one is. */
  #makeRoom(): boolean {
    const [first] = this.#idleSlots().sort(
      ([, one], [, other]) => one.lastUsedAt - other.lastUsedAt,
    );
    if (first !== undefined) void this.#giveUp(...first);
    return first !== undefined;
  }

  #idleSlots(): [string, Slot][] {
    return [...this.#slots].filter(([, { open }]) => open?.callsUnderWay === 0);
  }

  async #giveUp(key: string, slot: Slot): Promise<void> {
    this.#slots.delete(key);
    await slot.open?.close();
  }

  #start(key: string, caller: Caller): Slot {
    const startedAt = performance.now();
    const slot: Slot = {
      startedAt,
      lastUsedAt: startedAt,
      open: null,
      connection: this.#connect(caller, () => this.#hasEnded(key, slot)).then(
        (connection) => {
          slot.open = connection;
          return connection;
        },
        (error) => {
          this.#logger.error({ err: error }, "upstream did not start");
          this.#hasEnded(key, slot);
          throw error;
        },
      ),
    };
    slot.connection.catch(() => {});
    this.#slots.set(key, slot);
    return slot;
  }

  async #connect(caller: Caller, closed: () => void): Promise<UpstreamConnection> {
    const { limits, process, name, access } = this.definition;
    const transport = await reachUpstream(this.definition, caller, this.#parts);
    return connectUpstream(transport, {
      callSeconds: limits.callSeconds,
      startSeconds,
      logger: this.#logger,
      events: {
        closed,
        changed: (kind) => {
          this.#catalogues.clear();
          this.#tell({ kind });
        },
        logged: ({ level, logger, data }) => {
          // What a shared process logs may be about anybody; only its operator reads it.
          if (process === "shared") return void this.#logger.info({ level, data }, "upstream logs");
          const source = logger === undefined ? name : `${name}.${logger}`;
          const isFor = (owner: Caller) =>
            owner.subject === caller.subject && judge(access, owner) === "allowed";
          this.#tell({ kind: "log", level: level as never, logger: source, data, isFor });
        },
      },
    });
  }

  #hasEnded(key: string, slot: Slot): void {
    // Whoever was given up, or closed for good, has not failed.
    if (this.#slots.get(key) !== slot || this.#isClosed) return;
    this.#slots.delete(key);
    const now = performance.now();
    const wasIdle = slot.open !== null && slot.open.callsUnderWay === 0;
    if (wasIdle && now - slot.startedAt > settledMilliseconds) {
      this.#failures.delete(key);
      return;
    }
    const times = now - slot.startedAt > settledMilliseconds ? 1 : this.#timesFailed(key) + 1;
    const delay = Math.min(firstDelayMilliseconds * 2 ** (times - 1), longestDelayMilliseconds);
    this.#failures.set(key, { times, notBefore: now + delay });
  }

  #timesFailed(key: string): number {
    return this.#failures.get(key)?.times ?? 0;
  }
}
