import type { Readable } from "node:stream";
import { cutLines } from "./lines.ts";
import { ReadPace } from "./read-pace.ts";

/**
 * Reads a stream line by line, no faster than {@link ReadPace} allows; the rest waits in the pipe, and
 * whoever writes there waits as well.
 *
 * @param options.onLine takes a line in and says what it costs, in milliseconds
 * @param options.onTooLong called for a line that is longer, which is passed over, with both its ends
 * @returns reads what is left at once, for a stream that is at its end
 */
export function readPacedLines(
  stream: Readable,
  options: {
    readonly longestBytes: number;
    readonly onLine: (line: string) => number;
    readonly onTooLong: (first: string, last: string) => void;
  },
): () => void {
  const { longestBytes, onLine, onTooLong } = options;
  const pace = new ReadPace();
  let isHurried = false;
  let lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const cut = cutLines(longestBytes, (line) => void lines.push(line), onTooLong);
  const take = () => {
    timer = undefined;
    let taken = 0;
    while (taken < lines.length && (isHurried || pace.waitMilliseconds === 0)) {
      pace.charge(0, onLine(lines[taken] ?? ""));
      taken += 1;
    }
    lines = lines.slice(taken);
    const wait = isHurried ? 0 : pace.waitMilliseconds;
    if (lines.length === 0 && wait === 0) return void stream.resume();
    stream.pause();
    timer = setTimeout(take, wait);
  };
  stream.on("data", (chunk: Buffer) => {
    pace.charge(chunk.length);
    cut(chunk);
    if (timer === undefined) take();
  });
  return () => {
    isHurried = true;
    clearTimeout(timer);
    take();
  };
}
