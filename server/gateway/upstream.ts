import type { Logger } from "@cleanauth/common/log.ts";
import { type ClientRequest, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";
import type { CallContext, FeatureEvent } from "../mcp/features.ts";
import { mayUse, mayUsePart, rulesForNothing } from "./access.ts";
import { callerOfRequest } from "./caller-identity.ts";
import { type Catalogue, readCatalogue } from "./catalogue.ts";
import { CatalogueCache } from "./catalogue-cache.ts";
import type { FollowedResources } from "./followed-resources.ts";
import { isSessionLost } from "./http-transport.ts";
import { ListChanges } from "./list-changes.ts";
import { qualifyUri } from "./names.ts";
import { type ReachParts, reachUpstream } from "./reach-upstream.ts";
import type { UpstreamDefinition } from "./servers-file.ts";
import {
  connectUpstream,
  type UpstreamConnection,
  type UpstreamEvents,
} from "./upstream-connection.ts";
import { toUpstreamError, UpstreamError } from "./upstream-error.ts";
import { UpstreamProcesses, type UpstreamState } from "./upstream-processes.ts";

const startSeconds = 60;
/** One user gets half of the calls that a shared process answers at a time. */
const callersShare = 2;

/** An MCP server behind this one. One that crashes fails its own callers, and nobody else. */
export class Upstream {
  readonly definition: UpstreamDefinition;
  readonly #parts: ReachParts;
  readonly #logger: Logger;
  readonly #tell: (event: FeatureEvent) => void;
  readonly #processes: UpstreamProcesses;
  readonly #catalogues = new CatalogueCache();
  readonly #followed: FollowedResources;
  readonly #changes: ListChanges;

  /**
   * @param tell told what changes here, and what it logs
   * @param followed what sessions follow here, which outlives a change of its entry
   */
  constructor(
    definition: UpstreamDefinition,
    parts: ReachParts,
    tell: (event: FeatureEvent) => void,
    followed: FollowedResources,
  ) {
    this.definition = definition;
    this.#followed = followed;
    this.#logger = parts.logger.child({ upstream: definition.name });
    this.#parts = { ...parts, logger: this.#logger };
    this.#tell = tell;
    this.#processes = new UpstreamProcesses(definition, {
      connect: (caller, closed, signal) => this.#connect(caller, closed, signal),
      isNeeded: (key) => this.#followed.of(key).length > 0,
      logger: this.#logger,
    });
    this.#changes = new ListChanges((kind, subject) => {
      tell({ kind, isFor: (owner) => isOf(subject, owner) && mayUsePart(definition, owner) });
    });
  }

  get state(): UpstreamState {
    return this.#processes.state;
  }

  /** How many processes or sessions are open. */
  get processes(): number {
    return this.#processes.size;
  }

  /**
   * Asks the upstream on behalf of a caller.
   *
   * @param isAgain whether this is the second time, after a session was lost
   * @throws {@link UpstreamError} in words of this server, or the upstream's own JSON-RPC error
   */
  async ask(
    request: ClientRequest,
    context: CallContext,
    isAgain = false,
  ): Promise<Record<string, unknown>> {
    const { name, limits, process } = this.definition;
    return await this.#processes.use(context.caller, async (own) => {
      try {
        const connection = await own.connection;
        const share = Math.max(1, Math.floor(limits.concurrentCalls / callersShare));
        const isFull = connection.callsUnderWay >= limits.concurrentCalls;
        if (isFull || (process === "shared" && connection.callsOf(context.caller) >= share)) {
          throw new UpstreamError(`${name} is busy: try again in a moment`);
        }
        const answer = await callerOfRequest.run(context.caller, () =>
          connection.ask(request, context),
        );
        own.isOutOfReach = false;
        return answer;
      } catch (error) {
        if (isSessionLost(error)) {
          this.#processes.discard(own);
          // It has not seen this request.
          if (!isAgain) return await this.ask(request, context, true);
        }
        if (error instanceof UpstreamError || context.signal.aborted) throw error;
        own.isOutOfReach = !(error instanceof McpError);
        throw toUpstreamError(name, error);
      }
    });
  }

  /**
   * What the upstream offers. Asked for once, and again after it has said that it changed. An upstream that
   * can tell users apart may offer each of them something else: then it is asked for each.
   *
   * @throws what {@link ask} throws
   */
  async catalogue(caller: Caller): Promise<Catalogue> {
    const { name, process, identity } = this.definition;
    const tellsApart = process === "per-user" || identity !== "none";
    try {
      return await this.#catalogues.remember(tellsApart ? caller : null, async () => {
        return await this.#processes.use(caller, async (own) => {
          const connection = await own.connection;
          const read = () => readCatalogue(connection, this.#logger);
          const catalogue = await callerOfRequest.run(caller, read);
          const tools = rulesForNothing(this.definition, catalogue.tools);
          if (tools.length > 0) this.#logger.warn({ tools }, "rules for tools that are not listed");
          return catalogue;
        });
      });
    } catch (error) {
      if (error instanceof UpstreamError) throw error;
      throw toUpstreamError(name, error);
    }
  }

  /**
   * Has the upstream tell when a resource changes.
   *
   * @param uri the upstream's own
   * @throws what {@link ask} throws
   */
  async follow(uri: string, context: CallContext): Promise<void> {
    const key = this.#processes.keyOf(context.caller);
    if (!this.#followed.add(key, uri)) return;
    try {
      await this.ask({ method: "resources/subscribe", params: { uri } }, context);
    } catch (error) {
      this.#followed.remove(key, uri);
      throw error;
    }
  }

  unfollow(uri: string, caller: Caller): void {
    const key = this.#processes.keyOf(caller);
    if (!this.#followed.remove(key, uri)) return;
    const request = { method: "resources/unsubscribe", params: { uri } } as const;
    const asked = this.#processes.find(key)?.open?.askForServer(request, startSeconds);
    asked?.catch(() => {});
  }

  /** Ends what nobody has used for longer than the limit. */
  closeIdle(): Promise<void> {
    return this.#processes.closeIdle();
  }

  close(): Promise<void> {
    return this.#processes.close();
  }

  async #connect(
    caller: Caller,
    closed: () => void,
    signal: AbortSignal,
  ): Promise<UpstreamConnection> {
    const transport = await reachUpstream(this.definition, caller, this.#parts);
    const connection = await connectUpstream(transport, {
      name: this.definition.name,
      callSeconds: this.definition.limits.callSeconds,
      startSeconds,
      signal,
      logger: this.#logger,
      events: { closed, ...this.#eventsOf(caller) },
    });
    this.#followAgain(this.#processes.keyOf(caller), connection);
    return connection;
  }

  /** @param caller whose process it is, where each user has one */
  #eventsOf(caller: Caller): Omit<UpstreamEvents, "closed"> {
    const { name, process } = this.definition;
    const subject = process === "per-user" ? caller.subject : null;
    const isFor = (owner: Caller) => isOf(subject, owner) && mayUse(this.definition, owner);
    return {
      changed: (kind) => {
        this.#catalogues.forget(subject);
        this.#changes.note(kind, subject);
      },
      updated: (uri) => this.#tell({ kind: "resource-updated", uri: qualifyUri(name, uri), isFor }),
      // What a shared process logs may be about anybody; only its operator reads it.
      logged:
        subject === null
          ? null
          : ({ level, logger: source, data }) => {
              const logger = source === undefined ? name : `${name}.${source}`;
              this.#tell({ kind: "log", level, logger, data, isFor });
            },
    };
  }

  /** A process that was started anew knows nothing of what was followed before. */
  #followAgain(key: string, connection: UpstreamConnection): void {
    for (const uri of this.#followed.of(key)) {
      const request = { method: "resources/subscribe", params: { uri } } as const;
      connection.askForServer(request, startSeconds).catch((error) => {
        this.#logger.warn({ err: error }, "upstream lets a resource be followed no longer");
      });
    }
  }
}

/** @param subject null for everybody */
function isOf(subject: string | null, owner: Caller): boolean {
  return subject === null || owner.subject === subject;
}
