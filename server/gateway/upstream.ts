import type { Logger } from "@cleanauth/common/log.ts";
import { type ClientRequest, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";
import type { CallContext, FeatureEvent, Follower } from "../mcp/features.ts";
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
import { isBadRequest, toUpstreamError, UpstreamError } from "./upstream-error.ts";
import {
  type UpstreamProcess,
  UpstreamProcesses,
  type UpstreamState,
} from "./upstream-processes.ts";

const startSeconds = 60;
const pingSeconds = 5;
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
      isNeeded: (key) => followed.isAny(definition.process === "per-user" ? key : null),
      logger: this.#logger,
    });
    this.#changes = new ListChanges((kind, subject) => {
      tell({ kind, isFor: (owner) => isOf(subject, owner) && mayUsePart(definition, owner) });
    });
  }

  /** Whether the upstream may answer each user something else. */
  get #tellsApart(): boolean {
    const { process, identity } = this.definition;
    return process === "per-user" || identity !== "none";
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
        // It was refused unread.
        if ((await this.#giveUpLost(own, context.caller, error)) && !isAgain) {
          return await this.ask(request, context, true);
        }
        if (error instanceof UpstreamError || context.signal.aborted) throw error;
        own.isOutOfReach = !(error instanceof McpError || isBadRequest(error));
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
    const { name } = this.definition;
    try {
      return await this.#catalogues.remember(this.#tellsApart ? caller : null, () =>
        this.#readCatalogue(caller),
      );
    } catch (error) {
      if (error instanceof UpstreamError) throw error;
      throw toUpstreamError(name, error);
    }
  }

  async #readCatalogue(caller: Caller, isAgain = false): Promise<Catalogue> {
    return await this.#processes.use(caller, async (own) => {
      try {
        const connection = await own.connection;
        const read = () => readCatalogue(connection, this.#logger);
        const catalogue = await callerOfRequest.run(caller, read);
        const tools = rulesForNothing(this.definition, catalogue.tools);
        if (tools.length > 0) this.#logger.warn({ tools }, "rules for tools that are not listed");
        return catalogue;
      } catch (error) {
        const isLost = await this.#giveUpLost(own, caller, error);
        if (!isLost || isAgain) throw error;
        return await this.#readCatalogue(caller, true);
      }
    });
  }

  /** Gives up a session that the upstream no longer knows, and says whether it was that which failed a request. */
  async #giveUpLost(own: UpstreamProcess, caller: Caller, error: unknown): Promise<boolean> {
    const { open } = own;
    if (open === null) return false;
    const ping = () =>
      callerOfRequest.run(caller, () => open.askForServer({ method: "ping" }, pingSeconds));
    const isLost = await isSessionLost(error, ping);
    if (isLost) this.#processes.discard(own);
    return isLost;
  }

  /**
   * Has the upstream tell a session when a resource changes. It is asked once for all whom it cannot tell
   * apart; whoever comes later waits for that answer, and asks for itself where it is no.
   *
   * @param uri the upstream's own
   * @throws what {@link ask} throws
   */
  async follow(uri: string, follower: Follower, context: CallContext): Promise<void> {
    const { owner } = follower;
    const ask = async () => {
      context.signal.throwIfAborted();
      return await this.ask({ method: "resources/subscribe", params: { uri } }, context);
    };
    const earlier = this.#followed.answer(uri, this.#tellsApart ? owner.subject : null);
    const answer = earlier?.catch(ask) ?? ask();
    this.#followed.set(uri, follower, answer);
    try {
      await answer;
    } catch (error) {
      this.#followed.delete(uri, follower);
      throw error;
    } finally {
      // The session may have ended, or an answer that came too late may yet have been a yes.
      this.endUnfollowed(uri, owner);
    }
  }

  /**
   * Has the upstream tell a session of what it followed in an earlier process, unless that has ended once
   * the upstream is there. One that does not start is asked when it does.
   */
  resumeFollowing(uri: string, follower: Follower): void {
    const { owner } = follower;
    const answer =
      this.#followed.answer(uri, this.#tellsApart ? owner.subject : null) ??
      this.#processes.use(owner, async (own) => {
        const connection = await own.connection;
        if (this.#followed.answer(uri, this.#subjectOf(owner)) === undefined) return;
        const request = { method: "resources/subscribe", params: { uri } } as const;
        await callerOfRequest.run(owner, () => connection.askForServer(request, startSeconds));
      });
    this.#followed.set(uri, follower, answer);
    answer.catch(() => {}).finally(() => this.endUnfollowed(uri, owner));
  }

  /** Has the upstream tell no longer of a resource, unless a session of the owner's process follows it. */
  endUnfollowed(uri: string, owner: Caller): void {
    if (this.#followed.answer(uri, this.#subjectOf(owner)) !== undefined) return;
    const open = this.#processes.find(this.#processes.keyOf(owner))?.open;
    const request = { method: "resources/unsubscribe", params: { uri } } as const;
    const asked = callerOfRequest.run(owner, () => open?.askForServer(request, startSeconds));
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
    this.#followAgain(caller, connection);
    return connection;
  }

  /** @param caller whose process it is, where each user has one */
  #eventsOf(caller: Caller): Omit<UpstreamEvents, "closed"> {
    const { name } = this.definition;
    const subject = this.#subjectOf(caller);
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
  #followAgain(caller: Caller, connection: UpstreamConnection): void {
    const answers = new Map<string, Promise<unknown>>();
    for (const [uri, follower] of this.#followed.all(this.#subjectOf(caller))) {
      const { owner } = follower;
      const asked = JSON.stringify([uri, this.#tellsApart ? owner.subject : null]);
      const request = { method: "resources/subscribe", params: { uri } } as const;
      const answer =
        answers.get(asked) ??
        callerOfRequest.run(owner, () => connection.askForServer(request, startSeconds));
      answers.set(asked, answer);
      // A refusal is kept, so that whoever wants to follow it from now on asks again.
      this.#followed.set(uri, follower, answer);
    }
    for (const answer of answers.values()) {
      answer.catch((error) => {
        this.#logger.warn({ err: error }, "upstream lets a resource be followed no longer");
      });
    }
  }

  /** Whose process a caller's is: null where it is everybody's. */
  #subjectOf({ subject }: Caller): string | null {
    return this.definition.process === "per-user" ? subject : null;
  }
}

/** @param subject null for everybody */
function isOf(subject: string | null, owner: Caller): boolean {
  return subject === null || owner.subject === subject;
}
