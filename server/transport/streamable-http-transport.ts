import type { ServerResponse } from "node:http";
import type { TransportSendOptions } from "@modelcontextprotocol/sdk/shared/transport.js";
import type {
  JSONRPCMessage,
  JSONRPCRequest,
  MessageExtraInfo,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { type McpEnd, type MessageContext, toAuthInfo } from "../mcp/mcp-server.ts";
import type { SessionRecord } from "../store/session-records.ts";
import { rpcCode, sendJson, sendNothing, sendRpcError } from "./answers.ts";
import { Call, type Channel, OpenCalls, standaloneId } from "./call.ts";
import { EventLog, parseEventId } from "./event-log.ts";
import { EventStream, formatMessage } from "./event-stream.ts";
import { callerOf, contextOf } from "./request-context.ts";
import { Retelling } from "./retelling.ts";
import type { SessionTransport } from "./sessions.ts";
import type { Ticker, Ticking } from "./ticker.ts";

/** How soon a client whose stream ended comes back for the rest. */
const retryMilliseconds = 1_000;
/** From this version on, clients understand an event without data. */
const firstPrimedVersion = "2025-11-25";

/**
 * The Streamable HTTP transport of one session.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * A request that comes to nothing but its response is answered with that, as JSON. Its answer becomes
 * a stream when something is sent before the response, or when that takes long. Each event of a
 * stream has an id, and the last of them are kept, so that a reader can come back for what it missed.
 */
export class StreamableHttpTransport implements SessionTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: <T extends JSONRPCMessage>(message: T, extra?: MessageExtraInfo) => void;

  readonly sessionId: string;
  readonly #ticker: Ticker;
  #end: McpEnd | null = null;
  readonly #calls = new OpenCalls();
  readonly #standalone: Channel = { res: null, stream: null };
  /** Most sessions never have a stream, and need no log. */
  #log: EventLog | null = null;
  #streams = standaloneId;
  #initializeId: RequestId | undefined;
  #protocolVersion = "";
  #retelling: Retelling | null = null;
  #isClosed = false;

  /** @param sessionId random, and nobody else's */
  constructor(sessionId: string, ticker: Ticker) {
    this.sessionId = sessionId;
    this.#ticker = ticker;
  }

  /** Connects the MCP end of the session, which then sends and receives here. */
  async connectTo(end: McpEnd): Promise<void> {
    this.#end = end;
    await end.connect(this);
  }

  async start(): Promise<void> {}

  /**
   * Has the MCP server hear again how the session began, in an earlier process.
   *
   * @returns whether the server would begin it today
   */
  async restore({ initialize: params }: SessionRecord, context: MessageContext): Promise<boolean> {
    // Numbers that no process before this one has given out: a reader may come back with one of theirs.
    this.#streams = Date.now();
    const retelling = new Retelling(this, { authInfo: toAuthInfo(context) });
    this.#retelling = retelling;
    this.#noteVersion(await retelling.tell("initialize", params));
    if (this.#protocolVersion === "") return false;
    this.onmessage?.({ jsonrpc: "2.0", method: "notifications/initialized" });
    return true;
  }

  /**
   * Takes a message in. A request is answered when its response is sent, anything else at once.
   *
   * @param res the answer to the HTTP request that the message came in
   */
  receive(message: JSONRPCMessage, context: MessageContext, res: ServerResponse): void {
    if ("method" in message && "id" in message) {
      this.#receiveRequest(message, context, res);
      return;
    }
    this.onmessage?.(message, { authInfo: toAuthInfo(context) });
    if ("method" in message && message.method === "notifications/cancelled") {
      this.#abandon(message.params?.requestId as RequestId);
    }
    sendNothing(res, 202);
  }

  #receiveRequest(message: JSONRPCRequest, context: MessageContext, res: ServerResponse): void {
    if (this.#calls.find(message.id) !== undefined) {
      const problem = "Invalid Request: another request with this id waits for its response";
      sendRpcError(res, 400, rpcCode.invalidRequest, problem, message.id);
      return;
    }
    const call = new Call(message.id, res, this);
    this.#calls.add(call);
    this.#attach(call, res, call);
    if (message.method === "tools/call" && this.#end?.callTool !== undefined) {
      const answering = this.#end.callTool(message, context, call);
      void answering.then((response) => this.#answer(call, response));
      return;
    }
    if (message.method === "initialize") this.#initializeId = message.id;
    this.onmessage?.(message, {
      authInfo: toAuthInfo(context),
      ...(this.canResume && {
        closeSSEStream: () => call.closeStream(),
        closeStandaloneSSEStream: () => this.endStreams(),
      }),
    });
  }

  /** Has an answer looked after until it is over; then its channel has no reader any more. */
  #attach(channel: Channel, res: ServerResponse, ticking: Ticking): void {
    channel.res = res;
    this.#ticker.add(ticking);
    contextOf(res).whenOver(() => {
      this.#ticker.remove(ticking);
      if (channel.res !== res) return;
      channel.res = null;
      channel.stream = null;
    });
  }

  /**
   * Makes a stream of the answer to a call, if there is still somebody to read it. One that is answered
   * may wait long for its turn, behind another on the same connection.
   */
  openStream(call: Call): void {
    if (call.res === null || call.res.headersSent || call.streamId !== standaloneId) return;
    this.#streams += 1;
    call.streamId = this.#streams;
    call.stream = new EventStream(call.res, callerOf(call.res), performance.now());
    this.#prime(call.stream, call.streamId);
  }

  /** Gives the reader an id to come back with, before there is anything to miss (SEP-1699). */
  #prime(stream: EventStream, streamId: number): void {
    if (!this.canResume) return;
    stream.write(`id: ${this.#events.nextId(streamId)}\nretry: ${retryMilliseconds}\ndata: \n\n`);
  }

  /** Whether the client was told, and understood, how to come back for the rest of a stream. */
  get canResume(): boolean {
    return this.#protocolVersion >= firstPrimedVersion;
  }

  get #events(): EventLog {
    this.#log ??= new EventLog(Date.now());
    return this.#log;
  }

  /** Ends the stream of a call that goes on; the reader comes back for its response. */
  closeStream(call: Call): void {
    this.openStream(call);
    call.stream?.end();
  }

  /** A cancelled request gets no response. */
  #abandon(id: RequestId): void {
    const call = this.#calls.find(id);
    if (call === undefined) return;
    this.#calls.remove(call);
    call.abort();
    if (call.res !== null && call.stream === null) {
      call.stream = new EventStream(call.res, callerOf(call.res), performance.now());
    }
    call.stream?.end();
  }

  /**
   * Answers with a stream: what belongs to no request, or the rest of one that was read before.
   *
   * @param lastEventId the last event that the reader has, where it comes back
   */
  listen(res: ServerResponse, lastEventId: string | undefined): void {
    const cursor = lastEventId === undefined ? null : parseEventId(lastEventId);
    const streamId = cursor?.streamId ?? standaloneId;
    const call = this.#calls.all.find((it) => it.streamId === streamId);
    const isKnown = streamId === standaloneId || call !== undefined || this.#log?.has(streamId);
    if (!isKnown || (lastEventId !== undefined && cursor === null)) {
      const problem = "Bad Request: there is no such Last-Event-ID, or no more";
      sendRpcError(res, 400, rpcCode.serverError, problem);
      return;
    }
    if (streamId === standaloneId && cursor === null && this.#standalone.stream !== null) {
      const problem = "Conflict: this session is listened to already";
      sendRpcError(res, 409, rpcCode.serverError, problem);
      return;
    }
    const stream = new EventStream(res, callerOf(res), performance.now());
    this.#prime(stream, streamId);
    for (const text of cursor === null ? [] : this.#events.after(cursor)) stream.write(text);
    const channel = streamId === standaloneId ? this.#standalone : call;
    if (channel === undefined) {
      stream.end();
      return;
    }
    // Who comes back has lost the connection, also where this end has not noticed yet.
    channel.stream?.end();
    channel.stream = stream;
    this.#attach(channel, res, stream);
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (!("method" in message)) return this.#respond(message);
    const { relatedRequestId } = options ?? {};
    if (relatedRequestId === undefined) return this.#sendStandalone(message);
    const call = this.#calls.find(relatedRequestId);
    if (call === undefined) throw new Error("The request that this belongs to is over");
    this.openStream(call);
    this.#write(call, call.streamId, message);
  }

  #respond(message: JSONRPCMessage & { id?: RequestId | undefined }): void {
    if (this.#retelling?.takes(message)) return;
    const headers = this.#noteInitialize(message);
    const call = this.#calls.find(message.id);
    if (call !== undefined) this.#answer(call, message, headers);
  }

  /** Answers this very call, and not at all where it was cancelled: its id may be another's by now. */
  #answer(call: Call, message: JSONRPCMessage, headers?: readonly string[]): void {
    if (!this.#calls.remove(call)) return;
    if (call.streamId !== standaloneId) {
      this.#write(call, call.streamId, message);
      call.stream?.end();
    } else if (call.res !== null) {
      this.#ticker.remove(call);
      sendJson(call.res, 200, JSON.stringify(message), headers);
    }
  }

  /** The response to `initialize` tells the version, and carries the session's id. */
  #noteInitialize(message: JSONRPCMessage & { id?: RequestId | undefined }): readonly string[] {
    if (message.id === undefined || message.id !== this.#initializeId) return [];
    this.#initializeId = undefined;
    this.#noteVersion(message);
    return ["Mcp-Session-Id", this.sessionId];
  }

  #noteVersion(response: JSONRPCMessage): void {
    if ("result" in response) this.#protocolVersion = String(response.result.protocolVersion);
  }

  #sendStandalone(message: JSONRPCMessage): void {
    // Who never listened has no event to come back with.
    if (this.#standalone.stream === null && this.#log === null) return;
    this.#write(this.#standalone, standaloneId, message);
  }

  #write(channel: Channel, streamId: number, message: JSONRPCMessage): void {
    if (streamId === standaloneId && channel !== this.#standalone) return;
    const id = this.#events.nextId(streamId);
    const text = formatMessage(message, id);
    this.#events.add(id, text, performance.now());
    channel.stream?.write(text);
  }

  /** Lets go of events that nobody will come back for. */
  prune(): void {
    this.#log?.prune(performance.now());
  }

  endStreams(): void {
    this.#standalone.stream?.end();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const problem = "The session ended before this was answered";
    for (const call of this.#calls.takeAll()) {
      const { id, res, stream } = call;
      call.abort();
      this.#ticker.remove(call);
      if (stream !== null) stream.end();
      else if (res !== null) sendRpcError(res, 200, rpcCode.serverError, problem, id);
    }
    this.endStreams();
    this.onclose?.();
  }
}
