import type { Logger } from "@cleanauth/common/log.ts";

const linesAtOnce = 20;
const refillMilliseconds = 10_000;
const longestLineCharacters = 300;

/**
 * Logs what a process writes that is no message: a few lines at a time, cut, and a count of the rest.
 *
 * @param logger has the upstream's name
 * @returns takes a line, and what it is
 */
export function logStrayOutput(logger: Logger): (line: string, what: string) => void {
  let left = linesAtOnce;
  let leftOut = 0;
  let since = performance.now();
  return (line, what) => {
    if (line.trim() === "") return;
    if (performance.now() - since > refillMilliseconds) {
      if (leftOut > 0) logger.warn({ lines: leftOut }, "upstream wrote more than is logged");
      left = linesAtOnce;
      leftOut = 0;
      since = performance.now();
    }
    if (left === 0) {
      leftOut += 1;
      return;
    }
    left -= 1;
    logger.info({ output: line.slice(0, longestLineCharacters) }, what);
  };
}
