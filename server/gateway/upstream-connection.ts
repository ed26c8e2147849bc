import type { Logger } from "@cleanauth/common/log.ts";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type ClientRequest,
  CreateMessageRequestSchema,
  CreateMessageResultSchema,
  ElicitRequestSchema,
  ElicitResultSchema,
  ErrorCode,
  type LoggingMessageNotification,
  LoggingMessageNotificationSchema,
  McpError,
  type Progress,
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ResultSchema,
  type ServerCapabilities,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";
import type { CallContext } from "../mcp/features.ts";
import { serverVersion } from "../server-version.ts";
import { CallClock } from "./call-clock.ts";
import type { ListChange } from "./list-changes.ts";
import { logStrayOutput } from "./stray-output.ts";

/** What an upstream says by itself. */
export interface UpstreamEvents {
  readonly changed: (kind: ListChange) => void;
  readonly updated: (uri: string) => void;
  /** Null where what it logs goes to the server's own log. */
  readonly logged: ((message: LogMessage) => void) | null;
  readonly closed: () => void;
}

type LogMessage = LoggingMessageNotification["params"];

/** A session with an upstream: one process, or one HTTP session. */
export interface UpstreamConnection {
  readonly capabilities: ServerCapabilities;
  /** Those that were given up count for a moment more. */
  readonly callsUnderWay: number;
  /** How many of them are one user's. */
  callsOf(caller: Caller): number;
  /** Whether it asks questions, and a caller's would be refused for another one's call that was given up. */
  mayConfuse(caller: Caller): boolean;
  /**
   * Asks the upstream on behalf of a caller. While it answers, it may report progress to that caller's
   * client and ask it something.
   *
   * @returns the result as it came
   * @throws McpError, or the transport's error
   */
  ask(request: ClientRequest, context: CallContext): Promise<Record<string, unknown>>;
  /** Asks it something that no caller waits for. */
  askForServer(request: ClientRequest, timeoutSeconds: number): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Progress starts a call's time anew, so often at most. */
const longestCallFactor = 10;
/** For all questions of a call. The body of an HTTP upstream that is silent for five minutes is given up. */
const longestQuestionsMilliseconds = 4 * 60_000;
/** The SDK's own clock, which knows no rest, takes no longer time. */
const noTimeout = 2 ** 31 - 1;
const graceMilliseconds = 5_000;

/**
 * Opens a session with an upstream.
 *
 * @param transport how it is reached
 * @param options.name the upstream's
 * @param options.callSeconds how long a request may take; progress starts the time anew, and it rests while the
 *   user is asked something
 * @param options.startSeconds how long it may take to get ready
 * @param options.signal ends it while it gets ready
 */
export async function connectUpstream(
  transport: Transport,
  options: {
    readonly name: string;
    readonly callSeconds: number;
    readonly startSeconds: number;
    readonly signal: AbortSignal;
    readonly events: UpstreamEvents;
    readonly logger: Logger;
  },
): Promise<UpstreamConnection> {
  const { callSeconds, startSeconds, events, logger } = options;
  const callers = new Map<CallContext, CallClock>();
  /** Whose calls were given up: the upstream may go on with them, and ask something later. */
  const unanswered = new Set<string>();
  let hasAsked = false;
  const client = new Client(
    { name: "cleanauth-gateway", version: serverVersion },
    { capabilities: { elicitation: { form: {}, url: {} }, sampling: {} } },
  );
  const say = logStrayOutput(logger);
  client.onerror = (error) => say(error.message, "upstream does what MCP has no place for");
  client.onclose = () => events.closed();
  client.setNotificationHandler(ToolListChangedNotificationSchema, () =>
    events.changed("tools-changed"),
  );
  client.setNotificationHandler(PromptListChangedNotificationSchema, () =>
    events.changed("prompts-changed"),
  );
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () =>
    events.changed("resources-changed"),
  );
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) =>
    events.updated(params.uri),
  );
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    if (events.logged !== null) events.logged(params);
    else say(`${params.level}: ${JSON.stringify(params.data)}`, "upstream logs");
  });
  const clientAsked = () => {
    hasAsked = true;
    const asked = [...callers.keys()].filter(({ signal }) => !signal.aborted).at(-1);
    const owners = new Set([
      ...unanswered,
      ...[...callers.keys()].map(({ caller }) => ownerOf(caller)),
    ]);
    // Over one stream nothing says in which call a question came up: it must not reach another user.
    if (asked === undefined || owners.size > 1) {
      throw new McpError(ErrorCode.InvalidRequest, "It cannot be told which caller is asked");
    }
    return asked.client;
  };
  /** All calls under way are the one user's who is asked, and any of them may wait for the answer. */
  const askClient: CallContext["client"]["request"] = async (request, schema, { signal } = {}) => {
    const { request: ask } = clientAsked();
    const rests = [...callers.values()].map((clock) => clock.rest());
    try {
      const timeout = longestQuestionsMilliseconds;
      return await ask(request, schema, { ...(signal && { signal }), timeout });
    } finally {
      for (const end of rests) end();
    }
  };
  client.setRequestHandler(ElicitRequestSchema, ({ method, params }, { signal }) => {
    // The user is to know who asks, and the client knows of one server alone.
    const named = { ...params, message: `${options.name}: ${params.message}` };
    return askClient({ method, params: named }, ElicitResultSchema, { signal });
  });
  client.setRequestHandler(CreateMessageRequestSchema, (request, { signal }) =>
    askClient(request, CreateMessageResultSchema, { signal }),
  );
  options.signal.throwIfAborted();
  const giveUp = () => void client.close();
  options.signal.addEventListener("abort", giveUp, { once: true });
  await client.connect(transport, { timeout: startSeconds * 1000 });
  options.signal.removeEventListener("abort", giveUp);

  return {
    capabilities: client.getServerCapabilities() ?? {},
    get callsUnderWay() {
      return callers.size;
    },
    callsOf: ({ subject }) =>
      [...callers.keys()].filter(({ caller }) => caller.subject === subject).length,
    mayConfuse: (caller) => hasAsked && [...unanswered].some((owner) => owner !== ownerOf(caller)),
    async ask(request, context) {
      // The upstream has seen nothing of what was given up while it started.
      context.signal.throwIfAborted();
      const call = callSeconds * 1000;
      const clock = new CallClock({
        call,
        all: longestCallFactor * call,
        rest: longestQuestionsMilliseconds,
      });
      callers.set(context, clock);
      const isOver = () => callers.delete(context);
      try {
        const result = await client.request(request, ResultSchema, {
          signal: AbortSignal.any([context.signal, clock.signal]),
          timeout: noTimeout,
          // Always asked for: it keeps a long call from running out of time.
          onprogress: (progress) => {
            clock.restart();
            passOn(progress, context);
          },
        });
        isOver();
        return result;
      } catch (error) {
        if (isAnswered(error, context.signal)) isOver();
        else {
          unanswered.add(ownerOf(context.caller));
          // It was told, and gets some time to stop; until then it works on the call.
          setTimeout(isOver, graceMilliseconds).unref();
        }
        throw error;
      } finally {
        clock.stop();
      }
    },
    askForServer: (request, timeoutSeconds) =>
      client.request(request, ResultSchema, { timeout: timeoutSeconds * 1000 }),
    close: () => client.close(),
  };
}

/** JSON keeps the two apart, whatever characters they hold. */
function ownerOf({ subject, clientId }: Caller): string {
  return JSON.stringify([subject, clientId]);
}

/** Whether a request that failed is over in the upstream, too. */
function isAnswered(error: unknown, signal: AbortSignal): boolean {
  return !signal.aborted && error instanceof McpError && error.code !== ErrorCode.RequestTimeout;
}

function passOn(progress: Progress, { client }: CallContext): void {
  const { progressToken } = client;
  if (progressToken === undefined) return;
  const params = { ...progress, progressToken };
  client.notify({ method: "notifications/progress", params }).catch(() => {});
}
