import { parseArgs } from "node:util";
import { AppError } from "@cleanauth/common/app-error.ts";
import { parseSince } from "../terminal/since.ts";

export interface AuditArguments {
  /** From this instant on. */
  readonly since: Date;
  /** What an entry has to have; a name that is absent is not asked for. */
  readonly wanted: {
    readonly username?: string | undefined;
    readonly upstream?: string | undefined;
    readonly tool?: string | undefined;
    readonly outcome?: string | undefined;
  };
  /** Entries as they were written. */
  readonly json: boolean;
  /** Of `make start` on this machine, even where there is a deployed stack. */
  readonly local: boolean;
  readonly limit: readonly string[] | undefined;
}

const usage =
  'Usage: make audit ARGS="[--since 1d] [--user NAME] [--server NAME] [--tool NAME] [--outcome done|failed|unavailable|cancelled] [--json] [--local] [--limit i-…]".';

/**
 * Reads the command line of `make audit`.
 *
 * @param commandLine without the program's name
 * @throws AppError `usage_audit`
 */
export function parseAuditArguments(commandLine: readonly string[], now: Date): AuditArguments {
  const values = parseOrFail(commandLine);
  return {
    since: parseSince(values.since, now, usageError),
    wanted: {
      username: values.user,
      upstream: values.server,
      tool: values.tool,
      outcome: values.outcome,
    },
    json: values.json,
    local: values.local,
    limit: values.limit?.split(","),
  };
}

function parseOrFail(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      options: {
        since: { type: "string", default: "1d" },
        user: { type: "string" },
        server: { type: "string" },
        tool: { type: "string" },
        outcome: { type: "string" },
        json: { type: "boolean", default: false },
        local: { type: "boolean", default: false },
        limit: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw usageError((error as Error).message.split(". ")[0] ?? "");
  }
}

function usageError(message: string): AppError {
  return new AppError("usage_audit", message, usage);
}
