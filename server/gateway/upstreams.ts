import { setTimeout as sleep } from "node:timers/promises";
import type { Caller } from "../auth/caller.ts";
import type { FeatureEvent, Follower } from "../mcp/features.ts";
import { mayUsePart } from "./access.ts";
import type { Catalogue } from "./catalogue.ts";
import { FollowedResources } from "./followed-resources.ts";
import type { ReachParts } from "./reach-upstream.ts";
import type { UpstreamDefinition } from "./servers-file.ts";
import { Upstream } from "./upstream.ts";
import type { UpstreamState } from "./upstream-processes.ts";

/** A list that takes longer is answered without the upstream; callers are told when the rest is there. */
const listPatienceMilliseconds = 10_000;
/** A client asks for four lists, and is not to wait four times. */
const shortPatienceMilliseconds = 250;
const sweepMilliseconds = 1_000;

/** How it stands with each upstream, by name. */
export type UpstreamStates = Readonly<
  Record<string, { readonly state: UpstreamState; readonly processes: number }>
>;

/** The MCP servers behind this one, which may be replaced while it runs. */
export class Upstreams {
  readonly #parts: ReachParts;
  readonly #byName = new Map<string, Upstream>();
  readonly #listeners = new Set<(event: FeatureEvent) => void>();
  /** Those that have used up the patience of a list, until they answer. */
  readonly #slow = new Set<Upstream>();
  /** What sessions follow, of each name that there ever was: it outlives a change of the file. */
  readonly #followed = new Map<string, FollowedResources>();
  readonly #sweep: NodeJS.Timeout;

  constructor(parts: ReachParts) {
    this.#parts = parts;
    this.#sweep = setInterval(() => {
      for (const upstream of this.#byName.values()) void upstream.closeIdle();
    }, sweepMilliseconds).unref();
  }

  find(name: string): Upstream | undefined {
    return this.#byName.get(name);
  }

  /**
   * Has a session no longer follow a resource, even of an upstream that is not in the file at present.
   *
   * @param uri the upstream's own
   */
  unfollow(name: string, uri: string, follower: Follower): void {
    this.#followed.get(name)?.delete(uri, follower);
    this.#byName.get(name)?.endUnfollowed(uri, follower.owner);
  }

  states(): UpstreamStates {
    return Object.fromEntries(
      [...this.#byName].map(([name, { state, processes }]) => [name, { state, processes }]),
    );
  }

  /**
   * Calls back when what the upstreams offer has changed, and with what they log.
   *
   * @returns ends that
   */
  subscribe(listener: (event: FeatureEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Offers these servers from now on. One whose entry is unchanged goes on; one that is gone or changed
   * is ended, with the calls that it is answering.
   */
  replace(definitions: readonly UpstreamDefinition[]): void {
    const before = new Map(this.#byName);
    this.#byName.clear();
    let isChanged = before.size !== definitions.length;
    for (const definition of definitions) {
      const known = before.get(definition.name);
      const isSame = known !== undefined && isSameEntry(known.definition, definition);
      if (isSame) before.delete(definition.name);
      else isChanged = true;
      this.#byName.set(definition.name, isSame ? known : this.#create(definition));
    }
    for (const upstream of before.values()) void upstream.close();
    if (!isChanged) return;
    this.#tellAll(() => true);
  }

  #tellAll(isFor: (owner: Caller) => boolean): void {
    for (const kind of ["tools-changed", "prompts-changed", "resources-changed"] as const) {
      this.#tell({ kind, isFor });
    }
  }

  /**
   * Asks every upstream that a caller may use for its catalogue, all at once. One that fails, or takes
   * long, does not keep the others from being listed.
   */
  async catalogues(caller: Caller): Promise<[UpstreamDefinition, Catalogue][]> {
    const usable = [...this.#byName.values()].filter(({ definition }) =>
      mayUsePart(definition, caller),
    );
    const found = await Promise.all(
      usable.map(async (upstream): Promise<[UpstreamDefinition, Catalogue][]> => {
        const catalogue = await this.#catalogueInTime(upstream, caller);
        return catalogue === null ? [] : [[upstream.definition, catalogue]];
      }),
    );
    return found.flat();
  }

  /** Ends every process. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#byName.values()].map((upstream) => upstream.close()));
  }

  #create(definition: UpstreamDefinition): Upstream {
    const followed = this.#followed.get(definition.name) ?? new FollowedResources();
    this.#followed.set(definition.name, followed);
    return new Upstream(definition, this.#parts, (event) => this.#tell(event), followed);
  }

  #tell(event: FeatureEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async #catalogueInTime(upstream: Upstream, caller: Caller): Promise<Catalogue | null> {
    const logger = this.#parts.logger.child({ upstream: upstream.definition.name });
    const patience = new AbortController();
    const milliseconds = this.#slow.has(upstream)
      ? shortPatienceMilliseconds
      : listPatienceMilliseconds;
    try {
      const reading = upstream.catalogue(caller);
      const outcome = await Promise.race([
        reading,
        sleep(milliseconds, null, { signal: patience.signal }),
      ]);
      if (outcome !== null) return outcome;
      if (!this.#slow.has(upstream)) logger.warn("upstream is slow to list; left out for now");
      this.#slow.add(upstream);
      reading.then(
        () => {
          if (!this.#slow.delete(upstream)) return;
          this.#tellAll((owner) => mayUsePart(upstream.definition, owner));
        },
        () => {},
      );
    } catch (error) {
      logger.warn({ err: error }, "upstream is left out of a list");
    } finally {
      patience.abort();
    }
    return null;
  }
}

function isSameEntry(one: UpstreamDefinition, other: UpstreamDefinition): boolean {
  const plain = (definition: UpstreamDefinition) =>
    JSON.stringify({ ...definition, toolAccess: [...definition.toolAccess] });
  return plain(one) === plain(other);
}
