import { parseJson } from "@cleanauth/common/parse-json.ts";
import { z } from "zod";
import { printableLine } from "../terminal/printable.ts";
import { formatTable } from "../terminal/table.ts";
import type { AuditArguments } from "./audit-arguments.ts";

/** One call of a tool of a server behind the gateway, as the server's audit log has it. */
const auditEntry = z.looseObject({
  time: z.string(),
  username: z.string(),
  upstream: z.string(),
  tool: z.string(),
  outcome: z.string(),
  milliseconds: z.number(),
  arguments: z.unknown().optional(),
});

export interface AuditLine {
  readonly entry: z.output<typeof auditEntry>;
  readonly line: string;
}

/**
 * Chooses the entries that are asked for. A line that is none, cut off by a crash for instance, is
 * passed over.
 *
 * @param lines of the audit log, as they were written
 */
export function chooseEntries(
  lines: readonly string[],
  { since, wanted }: Pick<AuditArguments, "since" | "wanted">,
): readonly AuditLine[] {
  const { tool, ...others } = wanted;
  return lines.flatMap((line) => {
    const parsed = auditEntry.safeParse(parseJson(line));
    if (!parsed.success) return [];
    const entry = parsed.data;
    const fits =
      Date.parse(entry.time) >= since.getTime() &&
      (tool === undefined || tool === entry.tool || tool === qualifiedNameOf(entry)) &&
      Object.entries(others).every(([name, value]) => value === undefined || entry[name] === value);
    return fits ? [{ entry, line }] : [];
  });
}

/** The tool's name as callers see it. */
function qualifiedNameOf({ upstream, tool }: AuditLine["entry"]): string {
  return `${upstream}.${tool}`;
}

/** Sets entries out as a table; with `json`, as they were written. */
export function formatEntries(found: readonly AuditLine[], json: boolean): readonly string[] {
  if (json) return found.map(({ line }) => printableLine(line));
  if (found.length === 0) return ["No call of a server behind this one is recorded for that."];
  const rows = found.map(({ entry }) => [
    entry.time,
    entry.username,
    qualifiedNameOf(entry),
    entry.outcome,
    `${entry.milliseconds} ms`,
    entry.arguments === undefined ? "" : JSON.stringify(entry.arguments).slice(0, 200),
  ]);
  return formatTable([["TIME", "USER", "TOOL", "OUTCOME", "TOOK", "ARGUMENTS"], ...rows]);
}
