import { formatDuration } from "../terminal/duration.ts";
import { formatTable } from "../terminal/table.ts";
import type { Removal, StepDone } from "./apply.ts";
import { formatInstant, type IngressRule, isExpired } from "./ingress-rule.ts";
import type { OpeningStep, WantedOpening } from "./opening-plan.ts";

/** What is about to change, a line each: `+` is made, `~` changed, `-` removed, `=` left. */
export function formatOpeningPlan(
  wanted: WantedOpening,
  steps: readonly OpeningStep[],
  now: Date,
): readonly string[] {
  const end = formatInstant(wanted.until);
  const left = formatDuration((wanted.until.getTime() - now.getTime()) / 1000);
  return formatTable(
    steps.map((step) => {
      const { sign, verb, until } = {
        open: { sign: "+", verb: "open", until: `until ${end} (${left})` },
        prolong: { sign: "~", verb: "prolong", until: `until ${end} (${left}), was ${was(step)}` },
        keep: { sign: "=", verb: "keep", until: `open already, ${was(step)}` },
        foreign: { sign: "=", verb: "leave", until: "open already without an end, made elsewhere" },
      }[step.kind];
      return [sign, verb, `${step.port}/tcp`, `from ${wanted.cidr.text}`, until];
    }),
  );
}

function was(step: OpeningStep): string {
  if (step.kind === "open" || step.rule.opening === null) return "";
  const { by, until } = step.rule.opening;
  return `until ${formatInstant(until)} by ${by}`;
}

const pastOf = {
  open: "opened",
  prolong: "prolonged",
  keep: "kept as it was",
  foreign: "left as it was",
} as const;

/** Rules that are about to be removed, a line each. */
export function formatRemovalPlan(rules: readonly IngressRule[], now: Date): readonly string[] {
  return formatTable(
    rules.map((rule) => [
      "-",
      isExpired(rule, now) ? "expired" : "close",
      portsOf(rule),
      `from ${rule.source}`,
      endOf(rule),
    ]),
  );
}

/** What became of the steps, in one sentence each kind. */
export function formatOpeningResult(
  done: readonly StepDone[],
  wanted: WantedOpening,
): readonly string[] {
  const counts = (["open", "prolong", "keep", "foreign"] as const).flatMap((kind) => {
    const count = done.filter(({ step }) => step.kind === kind).length;
    return count === 0 ? [] : [`${count} ${pastOf[kind]}`];
  });
  const lines = [`${counts.join(", ")}, for ${wanted.by}.`];
  const unscheduled = done.find((each) => each.unscheduled !== null)?.unscheduled ?? null;
  const ended = done.filter(({ step }) => step.kind !== "foreign").length;
  if (unscheduled !== null) {
    lines.push(
      `No schedule ends them: ${unscheduled}. The next make sg-open, sg-close or sg-list after that time removes them.`,
    );
  } else if (ended > 0) {
    lines.push("A schedule in EventBridge Scheduler removes each at its time.");
  }
  return lines;
}

/**
 * What became of rules that were to be removed; no line where there were none.
 *
 * @param what which rules, an adjective
 */
export function formatRemoval({ removed, failure }: Removal, what: string): readonly string[] {
  const lines: string[] = [];
  if (removed.length > 0) {
    lines.push(`${removed.length} ${what} ${removed.length === 1 ? "rule" : "rules"} removed.`);
  }
  if (failure !== null)
    lines.push(`Not every one was removed: ${failure.message}. ${failure.hint}`);
  return lines;
}

/**
 * Every inbound rule, for `make sg-list`.
 *
 * @param rules in any order; those with an end come first, the soonest before the others
 */
export function formatRules(rules: readonly IngressRule[], now: Date): readonly string[] {
  if (rules.length === 0) return ["No inbound rule: nobody reaches the host but over SSM."];
  const sorted = [...rules].sort((a, b) => endTime(a) - endTime(b) || a.id.localeCompare(b.id));
  return formatTable([
    ["PORT", "FROM", "OPENED BY", "UNTIL", "RULE"],
    ...sorted.map((rule) => [
      portsOf(rule),
      rule.source,
      rule.opening?.by ?? "not by make sg-open",
      rule.opening === null ? description(rule) : untilOf(rule.opening.until, now),
      rule.id,
    ]),
  ]);
}

function untilOf(until: Date, now: Date): string {
  const seconds = (until.getTime() - now.getTime()) / 1000;
  const relation = seconds > 0 ? `in ${formatDuration(seconds)}` : "expired";
  return `${formatInstant(until)} (${relation})`;
}

function description(rule: IngressRule): string {
  return rule.description === "" ? "no end" : `no end: ${rule.description.slice(0, 60)}`;
}

function endTime({ opening }: IngressRule): number {
  return opening?.until.getTime() ?? Number.MAX_SAFE_INTEGER;
}

function endOf({ opening }: IngressRule): string {
  return opening === null ? "" : `opened by ${opening.by} until ${formatInstant(opening.until)}`;
}

function portsOf({ ports, protocol }: IngressRule): string {
  return protocol === "all" ? "everything" : `${ports}/${protocol}`;
}
