import { parseArgs } from "node:util";
import { AppError } from "@cleanauth/common/app-error.ts";
import { type AuditOutcome, auditOutcomes } from "@cleanauth/common/audit-outcomes.ts";
import { parseSince } from "../terminal/since.ts";

export interface AuditArguments {
  readonly help: boolean;
  /** From this instant on. */
  readonly since: Date;
  /** What an entry has to have; a name that is absent is not asked for. */
  readonly wanted: {
    readonly username?: string | undefined;
    readonly upstream?: string | undefined;
    /** Its own name, or the name that callers see: `memory.read_graph`. */
    readonly tool?: string | undefined;
    readonly outcome?: AuditOutcome | undefined;
  };
  /** Entries as they were written. */
  readonly json: boolean;
  /** Of `make start` on this machine: there is no deployed stack, or it is not asked for. */
  readonly local: boolean;
  /** Hosts of the stack. */
  readonly limit: readonly string[] | undefined;
}

export const auditUsage = `Usage: make audit ARGS="[--since 1d] [--user NAME] [--server NAME] [--tool [SERVER.]NAME] [--outcome ${auditOutcomes.join("|")}] [--json] [--local] [--limit HOST,…] [--help]".`;

/**
 * Reads the command line of `make audit`.
 *
 * @param commandLine without the program's name
 * @param isDeployed whether there is a stack whose hosts can be asked
 * @throws AppError `usage_audit`, also for a filter that could fit nothing: an empty answer would look
 *   like one that found no such call
 */
export function parseAuditArguments(
  commandLine: readonly string[],
  { now, isDeployed }: { now: Date; isDeployed: boolean },
): AuditArguments {
  const values = parseOrFail(commandLine);
  const local = values.local || !isDeployed;
  if (local && values.limit !== undefined) {
    throw usageError(
      "--limit chooses hosts of a deployed stack, and this reads this machine's log",
    );
  }
  return {
    help: values.help,
    since: parseSince(values.since, now, usageError),
    wanted: {
      username: values.user,
      upstream: values.server,
      tool: values.tool,
      outcome: values.outcome === undefined ? undefined : parseOutcome(values.outcome),
    },
    json: values.json,
    local,
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
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw usageError((error as Error).message.split(". ")[0] ?? "");
  }
}

function parseOutcome(text: string): AuditOutcome {
  const outcome = auditOutcomes.find((known) => known === text);
  if (outcome !== undefined) return outcome;
  throw usageError(`--outcome ${JSON.stringify(text)} is none of ${auditOutcomes.join(", ")}`);
}

function usageError(message: string): AppError {
  return new AppError("usage_audit", message, auditUsage);
}
