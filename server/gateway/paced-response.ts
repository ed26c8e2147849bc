import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { ReadPace, unaskedMilliseconds } from "./read-pace.ts";
import { longestMessageBytes } from "./upstream-error.ts";

const pieceBytes = 4 * 1024;
/** An event of a stream is two lines at least, the empty one at its end included. */
const lineMilliseconds = unaskedMilliseconds / 2;
const lineFeed = 10;
const carriageReturn = 13;

/** How a body came to its end. */
export interface BodyEnd {
  readonly isTooLong: boolean;
}

/**
 * Has an answer read no faster than {@link ReadPace} allows, and no message of it grow without end.
 *
 * @param response of an HTTP upstream
 * @param onEnd called when its body is over, or broke off
 */
export function paceResponse(response: Response, onEnd: (end: BodyEnd) => void): Response {
  const { body, status, statusText, headers } = response;
  if (body === null) return response;
  const isStream = headers.get("content-type")?.startsWith("text/event-stream") === true;
  const paced = Readable.from(readPaced(body, isStream, onEnd), { objectMode: false });
  return new Response(Readable.toWeb(paced) as ReadableStream, { status, statusText, headers });
}

async function* readPaced(
  body: ReadableStream<Uint8Array>,
  isStream: boolean,
  onEnd: (end: BodyEnd) => void,
): AsyncGenerator<Uint8Array> {
  const pace = new ReadPace();
  let messageBytes = 0;
  let lineBytes = 0;
  let isTooLong = false;
  try {
    for await (const chunk of body) {
      for (let at = 0; at < chunk.length; at += pieceBytes) {
        const piece = chunk.subarray(at, at + pieceBytes);
        let lines = 0;
        for (const byte of piece) {
          if (byte === lineFeed) {
            // An empty line ends an event; in JSON it ends nothing.
            if (isStream && lineBytes === 0) messageBytes = 0;
            lines += 1;
            lineBytes = 0;
          } else if (byte !== carriageReturn) lineBytes += 1;
        }
        messageBytes += piece.length;
        isTooLong = messageBytes > longestMessageBytes;
        if (isTooLong) return;
        pace.charge(piece.length, isStream ? lines * lineMilliseconds : 0);
        if (pace.waitMilliseconds > 0) await sleep(pace.waitMilliseconds);
        yield piece;
      }
    }
  } finally {
    onEnd({ isTooLong });
  }
}
