import { parseArgs } from "node:util";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { Environment } from "@cleanauth/common/environment.ts";
import { layout } from "../roles/layout.ts";
import { parseSince } from "../terminal/since.ts";
import type { LogFile } from "./log-script.ts";

export interface LogArguments {
  readonly files: readonly LogFile[];
  /** From this instant on, or so many last lines. */
  readonly since: Date | number;
  readonly pattern: RegExp | null;
  readonly follows: boolean;
  /** Lines as they were written. */
  readonly raw: boolean;
  readonly limit: readonly string[] | undefined;
}

const usage =
  'Usage: make logs [FILES=server,client] ARGS="[--since 1h] [--grep PATTERN] [--no-follow] [--raw] [--limit i-…]".';
const lastLines = 20;

/**
 * Reads the command line of `make logs`.
 *
 * @param commandLine without the program's name
 * @param environment `FILES` chooses among `server` and `client`
 * @throws AppError `usage_logs`
 */
export function parseLogArguments(
  commandLine: readonly string[],
  environment: Environment,
  now: Date,
): LogArguments {
  const { values } = parseOrFail(commandLine);
  return {
    files: parseFiles(environment.FILES ?? "server,client"),
    since: values.since === undefined ? lastLines : parseSince(values.since, now, usageError),
    pattern: values.grep === undefined ? null : parsePattern(values.grep),
    follows: !values["no-follow"],
    raw: values.raw,
    limit: values.limit?.split(","),
  };
}

function parseOrFail(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      options: {
        since: { type: "string" },
        grep: { type: "string" },
        "no-follow": { type: "boolean", default: false },
        raw: { type: "boolean", default: false },
        limit: { type: "string" },
      },
    });
  } catch (error) {
    throw usageError((error as Error).message.split(". ")[0] ?? "");
  }
}

function parseFiles(text: string): readonly LogFile[] {
  const names = [...new Set(text.split(",").map((name) => name.trim()))];
  const unknown = names.find((name) => name !== "server" && name !== "client");
  if (unknown !== undefined) throw usageError(`There is no log ${JSON.stringify(unknown)}`);
  return names.map((name) => ({ name, path: `${layout.logs}/${name}.log` }));
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, "iu");
  } catch (error) {
    throw usageError(`--grep: ${(error as Error).message}`);
  }
}

function usageError(message: string): AppError {
  return new AppError("usage_logs", message, usage);
}
