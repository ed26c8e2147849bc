import type { Colors } from "../terminal/paint-changes.ts";
import { printableLine } from "../terminal/printable.ts";
import type { CheckedLink } from "./run-checks.ts";

const statusWidth = "not reached".length;

/** One link as one line, and the command that mends it below, where it failed. */
export function formatLink(
  { check, verdict }: CheckedLink,
  titleWidth: number,
  colors: Colors,
): string {
  const paint = { ok: colors.green, failed: colors.red, "not reached": colors.yellow };
  const status = paint[verdict.status](verdict.status.padEnd(statusWidth));
  const line = `${status}  ${check.title.padEnd(titleWidth)}  ${printableLine(verdict.detail)}`;
  if (verdict.status !== "failed") return line;
  const indent = " ".repeat(statusWidth + titleWidth + 4);
  return `${line}\n${indent}→ ${printableLine(verdict.fix)}`;
}

/** How it stands with the whole chain, in one line. */
export function formatSummary(links: readonly CheckedLink[]): string {
  const counts = (["ok", "failed", "not reached"] as const).map((status) => {
    const count = links.filter(({ verdict }) => verdict.status === status).length;
    return `${count} ${status}`;
  });
  return counts.join(", ");
}

/** Everything as one JSON object, for machines. */
export function formatAsJson(links: readonly CheckedLink[]): string {
  return JSON.stringify({
    ok: !hasFailure(links),
    checks: links.map(({ check: { id, title }, verdict }) => ({ id, title, ...verdict })),
  });
}

export function hasFailure(links: readonly CheckedLink[]): boolean {
  return links.some(({ verdict }) => verdict.status === "failed");
}
