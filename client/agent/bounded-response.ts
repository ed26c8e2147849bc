import type { AppError } from "@cleanauth/common/app-error.ts";
import { type Allowance, createAllowance } from "../allowance.ts";

/** How much a server may say in one answer, or in one event of a stream, in bytes. */
export const largestAnswerBytes = 8 * 1024 * 1024;

/** What every line of a stream counts as, beside its bytes: a short one is work too. */
const lineCost = 512;

const lineFeed = 10;
const carriageReturn = 13;

/** What all streams of a session together may say: 16 MB at once, then 1 MB (some 1,000 events) a second. */
export function createStreamAllowance(): Allowance {
  return createAllowance(16 * 1024 * 1024, 1024 * 1024);
}

/**
 * Bounds an answer's body, so that no server can fill this program's memory or keep it busy. Of an
 * event stream each event is bounded, and what comes in a time; all else is bounded as a whole. Lines of
 * a stream end with LF afterwards, however they ended (a parser searches long for what is rare).
 *
 * @param response an answer whose body nobody has begun to read
 * @param options.stream for an event stream: what it may cost; null for any other body
 * @param options.tooMuch makes the error that the body ends with
 * @param options.onChunk told each piece as it is passed on
 * @param options.onEnd told when the body has ended, by itself or because the connection broke
 */
export function boundedResponse(
  response: Response,
  options: {
    stream: Allowance | null;
    tooMuch: () => AppError;
    onChunk?: (chunk: Uint8Array) => void;
    onEnd?: () => void;
  },
): Response {
  const reader = response.body?.getReader();
  if (reader === undefined) return response;
  const take = options.stream === null ? countAnswer() : countEvents(options.stream);
  const bounded = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          options.onEnd?.();
          return controller.close();
        }
        const chunk = take(value);
        if (chunk === null) throw options.tooMuch();
        options.onChunk?.(chunk);
        controller.enqueue(chunk);
      } catch (error) {
        options.onEnd?.();
        controller.error(error);
        // Nothing more is read; the connection goes with it.
        await reader.cancel().catch(() => {});
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(bounded, { status, statusText, headers });
}

/** Takes a chunk, or returns null where it is one too many. */
type Counter = (chunk: Uint8Array) => Uint8Array | null;

function countAnswer(): Counter {
  let bytes = 0;
  return (chunk) => {
    bytes += chunk.length;
    return bytes > largestAnswerBytes ? null : chunk;
  };
}

function countEvents(allowance: Allowance): Counter {
  let eventBytes = 0;
  let lineBytes = 0;
  let isAfterReturn = false;
  return (chunk) => {
    const kept = new Uint8Array(chunk.length);
    let length = 0;
    let lines = 0;
    for (const byte of chunk) {
      const isSecondHalf = byte === lineFeed && isAfterReturn;
      isAfterReturn = byte === carriageReturn;
      if (isSecondHalf) continue;
      const isEnd = byte === lineFeed || isAfterReturn;
      kept[length] = isEnd ? lineFeed : byte;
      length += 1;
      eventBytes += 1;
      if (!isEnd) {
        lineBytes += 1;
        continue;
      }
      lines += 1;
      // An empty line ends an event.
      if (lineBytes === 0) eventBytes = 0;
      lineBytes = 0;
    }
    const isTooMuch = eventBytes > largestAnswerBytes || !allowance.take(length + lines * lineCost);
    return isTooMuch ? null : kept.subarray(0, length);
  };
}
