import { parseJson } from "@cleanauth/common/parse-json.ts";
import { z } from "zod";
import { printableLine } from "../terminal/printable.ts";

const record = z.looseObject({
  time: z.string(),
  level: z.string(),
  msg: z.string().optional(),
  program: z.unknown().optional(),
});

/**
 * Words one line of a log for a terminal: time, level and message first, then the rest as
 * `name=value`. A line that is no record of pino's, such as a stack trace, stays as it is.
 *
 * @param line as it was written; nothing of it can steer the terminal
 */
export function formatLogLine(line: string): string {
  const parsed = record.safeParse(parseJson(line));
  if (!parsed.success) return printableLine(line);
  const { time, level, msg = "", program: _, ...rest } = parsed.data;
  const details = Object.entries(rest).map(([name, value]) => `${name}=${wordOf(value)}`);
  const words = [time, level.toUpperCase().padEnd(5), msg, ...details];
  return printableLine(words.filter((word) => word !== "").join(" "));
}

function wordOf(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /[\s"=]/.test(text) && typeof value === "string" ? JSON.stringify(text) : text;
}
