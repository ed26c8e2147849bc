import type { Logger } from "@cleanauth/common/log.ts";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type ClientRequest,
  ElicitRequestSchema,
  ElicitResultSchema,
  ErrorCode,
  LoggingMessageNotificationSchema,
  McpError,
  type Progress,
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResultSchema,
  type ServerCapabilities,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";
import type { CallContext } from "../mcp/features.ts";
import { serverVersion } from "../server-version.ts";

/** What an upstream says by itself. */
export interface UpstreamEvents {
  changed(kind: "tools-changed" | "prompts-changed" | "resources-changed"): void;
  logged(message: { level: string; logger?: string | undefined; data: unknown }): void;
  closed(): void;
}

/** A session with an upstream: one process, or one HTTP session. */
export interface UpstreamConnection {
  readonly capabilities: ServerCapabilities;
  readonly callsUnderWay: number;
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

/**
 * Opens a session with an upstream.
 *
 * @param transport how it is reached
 * @param options.callSeconds how long a request may take; progress starts the time anew
 * @param options.startSeconds how long it may take to get ready
 */
export async function connectUpstream(
  transport: Transport,
  options: {
    readonly callSeconds: number;
    readonly startSeconds: number;
    readonly events: UpstreamEvents;
    readonly logger: Logger;
  },
): Promise<UpstreamConnection> {
  const { callSeconds, startSeconds, events, logger } = options;
  const callers = new Set<CallContext>();
  const client = new Client(
    { name: "cleanauth-gateway", version: serverVersion },
    { capabilities: { elicitation: { form: {}, url: {} } } },
  );
  client.onerror = (error) => logger.warn({ err: error }, "upstream");
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
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) =>
    events.logged(params),
  );
  client.setRequestHandler(ElicitRequestSchema, async (request, extra) => {
    const [asked, ...others] = callers;
    // Over one stream nothing says in which call a question came up: it must not reach another user.
    if (asked === undefined || others.some(({ caller }) => !isSameUser(caller, asked.caller))) {
      throw new McpError(ErrorCode.InvalidRequest, "It cannot be told which caller is asked");
    }
    return asked.client.request(request, ElicitResultSchema, { signal: extra.signal });
  });
  await client.connect(transport, { timeout: startSeconds * 1000 });

  return {
    capabilities: client.getServerCapabilities() ?? {},
    get callsUnderWay() {
      return callers.size;
    },
    async ask(request, context) {
      callers.add(context);
      try {
        return await client.request(request, ResultSchema, {
          signal: context.signal,
          timeout: callSeconds * 1000,
          resetTimeoutOnProgress: true,
          ...progressTo(context),
        });
      } finally {
        callers.delete(context);
      }
    },
    askForServer: (request, timeoutSeconds) =>
      client.request(request, ResultSchema, { timeout: timeoutSeconds * 1000 }),
    close: () => client.close(),
  };
}

function isSameUser(one: Caller, other: Caller): boolean {
  return one.subject === other.subject && one.clientId === other.clientId;
}

function progressTo({ client }: CallContext) {
  const { progressToken } = client;
  // Always asked for: it keeps a long call from running out of time.
  if (progressToken === undefined) return { onprogress: () => {} };
  return {
    onprogress: (progress: Progress) => {
      const params = { ...progress, progressToken };
      client.notify({ method: "notifications/progress", params }).catch(() => {});
    },
  };
}
