import { printableLine } from "../terminal/printable.ts";
import type { EngineEvent, TaskEnded } from "./event.ts";
import { countOutcome, emptyCounts, formatRecap, type Outcome } from "./recap.ts";
import { maskSecrets, unifiedDiff } from "./unified-diff.ts";

export interface TextReportOptions {
  /** Files as unified diffs. */
  readonly diff: boolean;
  /** What commands printed, and why tasks change. */
  readonly verbose: boolean;
  readonly colors: boolean;
}

const headerWidth = 80;

/** Words an event in the manner of Ansible's default output; ends with a line break unless empty. */
export function formatEvent(event: EngineEvent, options: TextReportOptions): string {
  switch (event.type) {
    case "play_started":
      return header(`PLAY [${event.play}]`);
    case "task_started":
      return header(`${event.kind === "task" ? "TASK" : "RUNNING HANDLER"} [${event.task}]`);
    case "task_retried":
      return `${paint("changed", `retrying: [${event.host}] ${printableLine(event.message)} (try ${event.attempt} of ${event.attempts})`, options)}\n`;
    case "task_ended":
      return formatTaskEnded(event, options);
    case "interrupted":
      return `\n${paint("failed", `Interrupted in [${event.task}]`, options)}\n`;
    case "recap": {
      const lines = formatRecap(event.recap).map((line, index) => {
        const counts = Object.values(event.recap)[index] ?? countOutcome(emptyCounts, "ok");
        const isBad = counts.failed + counts.unreachable > 0;
        return paint(isBad ? "failed" : counts.changed > 0 ? "changed" : "ok", line, options);
      });
      const total = `${formatSeconds(event.seconds)} in all`;
      return `${header("PLAY RECAP")}${[...lines, total].join("\n")}\n`;
    }
  }
}

function header(title: string): string {
  return `\n${printableLine(title)} ${"*".repeat(Math.max(3, headerWidth - title.length - 1))}\n`;
}

function formatTaskEnded(event: TaskEnded, options: TextReportOptions): string {
  const { outcome, host, seconds, because, error, files } = event;
  const reason = outcome === "skipped" || options.verbose ? because : undefined;
  const detail = error === undefined ? reason : `${error.message}. ${error.hint}`;
  const line = `${outcome}: [${host}]${detail === undefined ? "" : ` ${printableLine(detail)}`}`;
  const parts = [`${paint(outcome, line, options)} (${formatSeconds(seconds)})\n`];
  if (options.diff)
    parts.unshift(...(files ?? []).map((file) => colorDiff(unifiedDiff(file), options)));
  if (options.verbose)
    parts.push(indented("stdout", event.stdout), indented("stderr", event.stderr));
  return parts.join("");
}

function colorDiff(diff: string, options: TextReportOptions): string {
  const lines = diff.split("\n").map((line) => {
    const clean = printableLine(line);
    if (/^\+(?!\+\+ )/.test(clean)) return paint("ok", clean, options);
    return /^-(?!-- )/.test(clean) ? paint("failed", clean, options) : clean;
  });
  return lines.join("\n");
}

function indented(name: string, text: string | undefined): string {
  const clean = maskSecrets(text ?? "").trimEnd();
  if (clean === "") return "";
  return clean
    .split("\n")
    .map((line) => `  ${name}: ${printableLine(line)}\n`)
    .join("");
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  return `${Math.floor(seconds / 60)}m ${String(Math.floor(seconds % 60)).padStart(2, "0")}s`;
}

const colorOf: Record<Outcome, number> = {
  ok: 32,
  changed: 33,
  skipped: 36,
  failed: 31,
  unreachable: 91,
};

function paint(outcome: Outcome, text: string, { colors }: TextReportOptions): string {
  return colors ? `\x1b[${colorOf[outcome]}m${text}\x1b[0m` : text;
}
