import type { ServerResponse } from "node:http";
import type { RequestId } from "@modelcontextprotocol/sdk/types.js";
import { type Caller, millisecondsToExpiry } from "../auth/caller.ts";
import type { CallHandle } from "../mcp/mcp-server.ts";
import type { EventStream } from "./event-stream.ts";
import { callerOf } from "./request-context.ts";
import { nowhere, type Ticking } from "./ticker.ts";

/** A proxy in front takes a request that is silent for a minute for a dead one. */
const patienceMilliseconds = 10_000;
/** The stream of what belongs to no request. */
export const standaloneId = 0;

/** One answer that events are written to; there is none while its reader is away. */
export interface Channel {
  res: ServerResponse | null;
  stream: EventStream | null;
}

/** What a session does with the answers to its calls. */
interface CallStreams {
  readonly canResume: boolean;
  openStream(call: Call): void;
  closeStream(call: Call): void;
}

/** A request of the client's that waits for its response. */
export class Call implements CallHandle, Channel, Ticking {
  place = nowhere;
  /** 0 until its answer has become a stream. */
  streamId = standaloneId;
  stream: EventStream | null = null;
  readonly #aborting = new AbortController();
  readonly id: RequestId;
  readonly caller: Caller;
  /** Null when nobody is there to read the answer. */
  res: ServerResponse | null;
  readonly #startedAt = performance.now();
  readonly #transport: CallStreams;

  constructor(id: RequestId, res: ServerResponse, transport: CallStreams) {
    this.id = id;
    this.res = res;
    this.caller = callerOf(res);
    this.#transport = transport;
  }

  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  abort(): void {
    this.#aborting.abort();
  }

  closeStream(): void {
    if (this.#transport.canResume) this.#transport.closeStream(this);
  }

  tick(now: number): void {
    if (this.stream !== null) this.stream.tick(now);
    else if (millisecondsToExpiry(this.caller, Date.now()) === 0) this.#transport.closeStream(this);
    else if (now - this.#startedAt >= patienceMilliseconds) this.#transport.openStream(this);
  }
}

/**
 * The calls of a session that wait for their response. They are few, so a list is looked through: a Map
 * that is used so would leave behind what the {@link Ticker} tells of.
 */
export class OpenCalls {
  readonly #calls: Call[] = [];

  get all(): readonly Call[] {
    return this.#calls;
  }

  find(id: RequestId | undefined): Call | undefined {
    for (const call of this.#calls) if (call.id === id) return call;
    return undefined;
  }

  add(call: Call): void {
    this.#calls.push(call);
  }

  /** @returns whether it waited */
  remove(call: Call): boolean {
    const at = this.#calls.indexOf(call);
    if (at < 0) return false;
    const last = this.#calls.pop();
    if (last !== undefined && last !== call) this.#calls[at] = last;
    return true;
  }

  /** Takes all of them off the list. */
  takeAll(): readonly Call[] {
    return this.#calls.splice(0);
  }
}
