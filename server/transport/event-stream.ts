import type { ServerResponse } from "node:http";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { type Caller, millisecondsToExpiry } from "../auth/caller.ts";
import { writeHead } from "./answers.ts";
import { contextOf } from "./request-context.ts";
import { nowhere, type Ticking } from "./ticker.ts";

/** What a reader may leave unread before its stream is cut off. */
const maximumUnreadBytes = 2 * 1024 * 1024;
const keepAliveMilliseconds = 15_000;
/** For a peer that does not even take the end of its stream. */
const graceMilliseconds = 5_000;

const headers = [
  ...["Content-Type", "text/event-stream"],
  // Beside no-store, which every answer has: a proxy that compresses it would hold it back.
  ...["Cache-Control", "no-transform"],
  // nginx would collect a stream until its buffer is full.
  ...["X-Accel-Buffering", "no"],
];

/**
 * An answer in the form of server-sent events, on its way to one reader.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventStream implements Ticking {
  place = nowhere;
  readonly #res: ServerResponse;
  readonly #caller: Caller;
  #lastWriteAt: number;
  #endsAt = Number.POSITIVE_INFINITY;

  /**
   * Writes the head of the answer.
   *
   * @param caller with whose token the stream is opened: it ends when that expires
   * @param now milliseconds that no change of the clock moves
   */
  constructor(res: ServerResponse, caller: Caller, now: number) {
    this.#res = res;
    this.#caller = caller;
    this.#lastWriteAt = now;
    contextOf(res).isStream = true;
    writeHead(res, 200, headers);
    res.flushHeaders();
  }

  /**
   * Writes an event. A reader who left more unread than {@link maximumUnreadBytes} is cut off: it
   * would fill this server's memory.
   *
   * @param text the event, with the empty line at its end
   */
  write(text: string): void {
    if (this.#res.writableEnded || this.#res.destroyed) return;
    if (this.#res.writableLength > maximumUnreadBytes) return void this.#res.destroy();
    this.#res.write(text);
  }

  end(): void {
    if (!this.#res.writableEnded) this.#res.end();
    this.#endsAt = Math.min(this.#endsAt, performance.now() + graceMilliseconds);
  }

  /**
   * To be called every second or so. Ends the stream when its token has expired. A comment now and
   * then shows proxies, and us, that the other end is still there.
   *
   * @param now milliseconds that no change of the clock moves
   */
  tick(now: number): void {
    if (now >= this.#endsAt) return void this.#res.destroy();
    if (millisecondsToExpiry(this.#caller, Date.now()) === 0) {
      this.end();
    } else if (now - this.#lastWriteAt >= keepAliveMilliseconds) {
      this.#lastWriteAt = now;
      this.write(": keep-alive\n\n");
    }
  }
}

/**
 * Writes a message of MCP as an event.
 *
 * @param id the event's id, by which its reader can go on where it left off
 */
export function formatMessage(message: JSONRPCMessage, id?: string): string {
  const named = id === undefined ? "" : `id: ${id}\n`;
  return `event: message\n${named}data: ${JSON.stringify(message)}\n\n`;
}
