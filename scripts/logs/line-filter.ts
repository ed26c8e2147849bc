import { createContext, runInContext } from "node:vm";
import { AppError } from "@cleanauth/common/app-error.ts";

const defaultTimeoutSeconds = 2;

/**
 * Keeps the lines that a pattern matches. What a log holds is chosen by strangers, and some patterns
 * take exponential time on some lines: so matching is given up after a while, which only a context
 * of its own can do.
 *
 * @param pattern without the flags `g` and `y`
 * @throws AppError `usage_pattern_too_slow`
 */
export function filterLines(
  lines: readonly string[],
  pattern: RegExp,
  timeoutSeconds = defaultTimeoutSeconds,
): readonly string[] {
  const context = createContext({ lines, pattern });
  try {
    return runInContext("lines.filter((line) => pattern.test(line))", context, {
      timeout: timeoutSeconds * 1000,
    });
  } catch (cause) {
    throw new AppError(
      "usage_pattern_too_slow",
      `The pattern ${pattern.source} takes too long on these lines`,
      "Give --grep a simpler one: without a repetition inside of a repetition.",
      { cause },
    );
  }
}
