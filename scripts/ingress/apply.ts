import { AppError } from "@cleanauth/common/app-error.ts";
import type { RuleSchedule } from "../aws/rule-schedule.ts";
import type { SecurityGroup } from "../aws/security-group.ts";
import type { IngressRule } from "./ingress-rule.ts";
import type { OpeningStep, WantedOpening } from "./opening-plan.ts";

/** What rules are changed through. */
export interface Ingress {
  readonly group: SecurityGroup;
  readonly schedule: RuleSchedule;
}

export interface StepDone {
  readonly step: OpeningStep;
  /** Why nothing ends the rule at its time but the next call of one of these programs; else `null`. */
  readonly unscheduled: string | null;
}

/**
 * Carries out one step, and arranges for the rule's end.
 *
 * @throws AppError when EC2 refuses; a schedule that is refused is part of what is returned
 */
export async function applyStep(
  { group, schedule }: Ingress,
  step: OpeningStep,
  { cidr, by, until }: WantedOpening,
): Promise<StepDone> {
  switch (step.kind) {
    case "foreign":
      return { step, unscheduled: null };
    case "open": {
      const rule = (await group.open(cidr, step.port, { by, until })) ?? (await find(group, step));
      if (rule === undefined) return { step, unscheduled: "its id is not known" };
      return { step, unscheduled: await schedule.endAt(rule.id, until) };
    }
    case "prolong":
      await group.prolong(step.rule, { by, until });
      return { step, unscheduled: await schedule.endAt(step.rule.id, until) };
    case "keep": {
      // Scheduled once more: the first time, that may not have been allowed.
      const end = step.rule.opening?.until ?? until;
      return { step, unscheduled: await schedule.endAt(step.rule.id, end) };
    }
  }

  async function find(searched: SecurityGroup, { port }: OpeningStep) {
    const rules = await searched.listRules();
    return rules.find(
      ({ opening, ports, source }) =>
        opening !== null && ports === String(port) && source === cidr.text,
    );
  }
}

export interface Removal {
  readonly removed: readonly IngressRule[];
  /** The first refusal, after which nothing more was tried. */
  readonly failure: AppError | null;
}

/** Removes rules, and the schedules that would have. */
export async function removeRules(
  { group, schedule }: Ingress,
  rules: readonly IngressRule[],
): Promise<Removal> {
  const removed: IngressRule[] = [];
  for (const rule of rules) {
    try {
      await group.close(rule);
    } catch (error) {
      if (error instanceof AppError) return { removed, failure: error };
      throw error;
    }
    removed.push(rule);
    await schedule.drop(rule.id);
  }
  return { removed, failure: null };
}
