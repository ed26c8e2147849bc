import { AppError } from "@cleanauth/common/app-error.ts";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport, SseError } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type CallToolResult,
  ElicitRequestSchema,
  ErrorCode,
  LoggingMessageNotificationSchema,
  type Progress,
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Exchange } from "../exchange.ts";
import type { TellUser, TokenSource } from "../sign-in/sign-in.ts";
import { stripToLine } from "../terminal-text.ts";
import type { ProgressObserver, Tool } from "./agent.ts";
import { type CallPatience, createCallPatience } from "./call-patience.ts";
import { coalesce } from "./coalesce.ts";
import { brokeOff, connectError, connectMilliseconds, noAnswer } from "./connect-error.ts";
import { type Elicitation, type ElicitationAnswer, parseElicitation } from "./elicitation.ts";
import { createAuthorizedFetch } from "./mcp-fetch.ts";
import { listPrompts, listResources } from "./mcp-offers.ts";
import { listTools } from "./mcp-tools.ts";
import { isHttpSse } from "./mcp-url.ts";
import type { Offers } from "./offers.ts";
import { structureValidator } from "./structure-validator.ts";

/** One session on the server, from `initialize` to its end. */
export interface McpSession {
  readonly serverName: string;
  readonly serverVersion: string;
  readonly protocolVersion: string;
  tools(): readonly Tool[];
  /** Prompts and resources; they are listed where somebody is told of it. */
  offers(): Offers;
  /** For what is asked of the server beside its tools. */
  readonly client: Client;
  /** Whether the connection that carries the session is gone, so that it can be of no more use. */
  isLost(): boolean;
  /** What the server did to have the session closed by this side; null where it did nothing. */
  offence(): AppError | null;
  /** @throws AppError, or what the SDK makes of an error that the server answered */
  callTool(
    name: string,
    toolArguments: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    onProgress?: ProgressObserver,
  ): Promise<CallToolResult>;
  /** Ends the session on the server; takes two seconds at the most and never fails. */
  close(): Promise<void>;
}

const closeMilliseconds = 2_000;
/** However often a server says that its tools changed, they are not listed again sooner than this. */
const listPauseMilliseconds = 1_000;
/** How long a tool may take. */
export const callMilliseconds = 60_000;
/** The same for one that tells how far it is, or asks the user. */
const longestCallMilliseconds = 10 * 60_000;
/** After its stream has ended, how long an answer may still be on its way through the parser. */
const streamGraceMilliseconds = 250;

/** For the stream that carries what the server says unasked. */
const reconnectionOptions = {
  initialReconnectionDelay: 1_000,
  maxReconnectionDelay: 30_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 8,
};

/**
 * Opens a session: over HTTP+SSE where the URL's path ends in `/sse`, else over Streamable HTTP.
 *
 * @param options.serverUrl the server's MCP endpoint
 * @param options.tokens the user's tokens
 * @param options.clientVersion what the server is told about this program
 * @param options.exchange records how the server takes the token
 * @param options.onAway told when the server is out of reach although the session was open
 * @param options.onElicit asked to have a form filled in; null is one that asks for a secret
 * @param options.onOffers told when tools, prompts or resources were listed anew
 * @param options.onStepUp tells the user where to go on in a browser, when the server asks for more scope
 * @param options.onLog told what the server logs for its clients; may be shown
 * @throws AppError `server_…` or `sign_in_…`
 */
export async function openMcpSession(options: {
  serverUrl: string;
  tokens: TokenSource;
  clientVersion: string;
  exchange?: Exchange;
  onAway?: () => void;
  onOffers?: () => void;
  onStepUp?: TellUser;
  onLog?: (level: string, text: string) => void;
  onElicit?: (asked: Elicitation | null, signal: AbortSignal) => Promise<ElicitationAnswer>;
}): Promise<McpSession> {
  const { serverUrl } = options;
  const isSse = isHttpSse(serverUrl);
  const unanswered = new Set<unknown>();
  let tools: readonly Tool[] = [];
  let prompts: Offers["prompts"] = { state: "listing" };
  let resources: Offers["resources"] = { state: "listing" };
  let protocolVersion = "";
  let isOpen = false;
  let isLost = false;
  let failure: unknown;
  let offence: AppError | null = null;

  const fetchWithToken = createAuthorizedFetch({
    ...options,
    onFailure: (error) => {
      failure = error;
      const isAway = error instanceof AppError && error.code === "server_unreachable";
      if (isOpen && isAway) options.onAway?.();
    },
    onFlood: (error) => {
      offence = error;
      isLost = true;
      failure = error;
      if (isOpen) void client.close();
    },
    onStreamStart: (requestId) => unanswered.add(requestId),
    onStreamEnd: (requestId, isResumable) => {
      if (isResumable) return;
      setTimeout(() => answerInPlaceOfServer(requestId), streamGraceMilliseconds).unref();
    },
  });
  const patiences = new Set<CallPatience>();
  const url = new URL(serverUrl);
  const transport: Transport & { terminateSession?: () => Promise<void> } = isSse
    ? new SSEClientTransport(url, { fetch: fetchWithToken })
    : new StreamableHTTPClientTransport(url, { fetch: fetchWithToken, reconnectionOptions });
  const client = new Client(
    { name: "cleanauth-client", version: options.clientVersion },
    {
      jsonSchemaValidator: structureValidator,
      capabilities: options.onElicit === undefined ? {} : { elicitation: { form: {} } },
    },
  );
  const listAgain = coalesce(async () => {
    // Where it fails, the tools that are known go on being offered.
    tools = await listTools(client, connectMilliseconds).catch(() => tools);
    options.onOffers?.();
  }, listPauseMilliseconds);
  client.setNotificationHandler(ToolListChangedNotificationSchema, listAgain);
  const listPromptsAgain = coalesce(async () => {
    prompts = await listPrompts(client, connectMilliseconds);
    options.onOffers?.();
  }, listPauseMilliseconds);
  const listResourcesAgain = coalesce(async () => {
    resources = await listResources(client, connectMilliseconds);
    options.onOffers?.();
  }, listPauseMilliseconds);
  if (options.onOffers !== undefined) {
    client.setNotificationHandler(PromptListChangedNotificationSchema, listPromptsAgain);
    client.setNotificationHandler(ResourceListChangedNotificationSchema, listResourcesAgain);
  }
  if (options.onElicit !== undefined) {
    const { onElicit } = options;
    client.setRequestHandler(ElicitRequestSchema, async ({ params }, extra) => {
      const asked = params.mode === "url" ? null : parseElicitation(params);
      // A server does not say which call it asks for.
      const resting = [...patiences];
      for (const patience of resting) patience.rest();
      try {
        return { ...(await onElicit(asked, extra.signal)) };
      } finally {
        for (const patience of resting) patience.goOn();
      }
    });
  }
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    const { level, data } = params;
    const text = typeof data === "string" ? data : JSON.stringify(data);
    options.onLog?.(level, stripToLine(text, 500));
  });

  // The SDK calls these before its own handlers.
  transport.onmessage = (message) => {
    if (!("method" in message)) unanswered.delete(message.id);
  };
  transport.onerror = (error) => {
    // Over HTTP+SSE the stream is the session: the SDK would open another one in its place, without
    // `initialize`, and what was asked would never be answered.
    if (!isOpen || !(error instanceof SseError)) return;
    isLost = true;
    options.onAway?.();
    void client.close();
  };
  const setProtocolVersion = transport.setProtocolVersion?.bind(transport);
  transport.setProtocolVersion = (version) => {
    protocolVersion = stripToLine(version, 30);
    setProtocolVersion?.(version);
  };

  /** Streamable HTTP: a stream that ended without the answer leaves the SDK waiting for it. */
  function answerInPlaceOfServer(id: unknown): void {
    if (!unanswered.has(id) || (typeof id !== "number" && typeof id !== "string")) return;
    const error = { code: ErrorCode.ConnectionClosed, message: "broke off", data: brokeOff };
    transport.onmessage?.({ jsonrpc: "2.0", id, error });
  }

  async function close(): Promise<void> {
    isOpen = false;
    const ended = transport.terminateSession?.().catch(() => {});
    await Promise.race([ended, delay(closeMilliseconds)]);
    await client.close().catch(() => {});
  }

  try {
    // A stream that opens and then says nothing would be waited for without end.
    await withTimeout(client.connect(transport, { timeout: connectMilliseconds }), serverUrl);
    tools = await listTools(client, connectMilliseconds);
    isOpen = true;
    if (options.onOffers !== undefined) {
      listPromptsAgain();
      listResourcesAgain();
    }
  } catch (error) {
    await close();
    throw connectError(failure ?? error, serverUrl);
  }

  const server = client.getServerVersion();
  return {
    serverName: stripToLine(server?.name ?? "", 60),
    serverVersion: stripToLine(server?.version ?? "", 30),
    protocolVersion,
    tools: () => tools,
    offers: () => ({
      prompts,
      resources,
      completes: client.getServerCapabilities()?.completions !== undefined,
    }),
    client,
    isLost: () => isLost,
    offence: () => offence,
    close,
    async callTool(name, toolArguments, signal, onProgress) {
      const call = { name, arguments: { ...toolArguments } };
      const patience = createCallPatience(callMilliseconds);
      patiences.add(patience);
      try {
        const result = await client.callTool(call, undefined, {
          // A signal for this call alone: the SDK never takes its listener off again.
          signal: AbortSignal.any([signal, patience.signal]),
          timeout: longestCallMilliseconds,
          onprogress: (progress) => {
            // Whoever tells how far it is, is at work.
            patience.restart();
            onProgress?.(describeProgress(progress));
          },
        });
        return result as CallToolResult;
      } finally {
        patience.stop();
        patiences.delete(patience);
      }
    },
  };
}

/** `3 of 10: reading`, `30%`, as far as the server says. */
function describeProgress({ progress, total, message }: Progress): string {
  const count = total === undefined ? String(progress) : `${progress}/${total}`;
  return stripToLine(message === undefined ? count : `${count} ${message}`, 80);
}

async function withTimeout(connected: Promise<void>, url: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(noAnswer(url)), connectMilliseconds);
  });
  connected.catch(() => {});
  await Promise.race([connected, late]).finally(() => clearTimeout(timer));
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
