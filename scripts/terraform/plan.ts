import { AppError } from "@cleanauth/common/app-error.ts";
import { z } from "zod";

const resourceChange = z.object({
  address: z.string(),
  type: z.string(),
  mode: z.enum(["managed", "data"]),
  action_reason: z.string().optional(),
  change: z.object({
    actions: z.array(z.string()),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    after_unknown: z.record(z.string(), z.unknown()).optional(),
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  }),
});

const planSchema = z.object({ resource_changes: z.array(resourceChange).default([]) });

export type ChangeKind = "create" | "update" | "replace" | "destroy";

/** What a plan does to one resource. */
export interface PlannedChange {
  readonly kind: ChangeKind;
  readonly address: string;
  readonly type: string;
  /** Whether it is replaced because it was never finished, as after an interrupted apply. */
  readonly isUnfinished: boolean;
  /** Attributes that change, or that force the replacement; names alone, values may be secret. */
  readonly attributes: readonly string[];
  /** The attributes that the resource will have, as far as they are known. */
  readonly after: Readonly<Record<string, unknown>>;
}

/**
 * Parses what `terraform show -json PLAN` prints.
 *
 * @returns a change for each resource that changes, in Terraform's order
 */
export function parsePlan(json: unknown): readonly PlannedChange[] {
  return planSchema
    .parse(json)
    .resource_changes.filter(({ mode }) => mode === "managed")
    .flatMap(({ address, type, change, action_reason: reason }) => {
      const kind = kindOf(change.actions);
      if (kind === null) return [];
      const isUnfinished = reason === "replace_because_tainted";
      const attributes = attributesOf(kind, change);
      return [{ kind, address, type, isUnfinished, attributes, after: change.after ?? {} }];
    });
}

function kindOf(actions: readonly string[]): ChangeKind | null {
  if (actions.includes("delete") && actions.includes("create")) return "replace";
  if (actions.includes("create")) return "create";
  if (actions.includes("delete")) return "destroy";
  return actions.includes("update") ? "update" : null;
}

type Change = z.output<typeof resourceChange>["change"];

function attributesOf(kind: ChangeKind, change: Change): readonly string[] {
  if (kind === "replace") {
    return [...new Set((change.replace_paths ?? []).map(([name]) => String(name)))];
  }
  if (kind !== "update") return [];
  const { before, after, after_unknown: unknown = {} } = change;
  const names = Object.keys({ ...before, ...after, ...unknown });
  return names.filter(
    (name) =>
      isTrueSomewhere(unknown[name]) ||
      JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  );
}

// Terraform marks what is known only after the apply with `true`, at any depth.
function isTrueSomewhere(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === true;
  return Object.values(value).some(isTrueSomewhere);
}

const signs: Readonly<Record<ChangeKind, string>> = {
  create: "  + create ",
  update: "  ~ change ",
  replace: "-/+ replace",
  destroy: "  - destroy",
};

/** Words a plan: a line for each resource, then the sum. */
export function formatPlan(changes: readonly PlannedChange[]): readonly string[] {
  if (changes.length === 0) return ["Nothing to change: the stack is as it is declared."];
  const lines = changes.map((change) => {
    const reason = reasonOf(change);
    return `${signs[change.kind]}  ${change.address}${reason === "" ? "" : `  (${reason})`}`;
  });
  const count = (...kinds: ChangeKind[]) =>
    changes.filter(({ kind }) => kinds.includes(kind)).length;
  const sum = `Plan: ${count("create", "replace")} to add, ${count("update")} to change, ${count("destroy", "replace")} to destroy.`;
  return [...lines, sum];
}

function reasonOf({ kind, isUnfinished, attributes }: PlannedChange): string {
  if (isUnfinished) return "it was not finished";
  const names = attributes.join(", ");
  return kind === "replace" && names !== "" ? `because of ${names}` : names;
}

// What goes with these cannot be made again: users with their passwords, and notes.
const precious: Readonly<Record<string, string>> = {
  aws_cognito_user_pool: "every user in it",
  aws_instance: "what is stored on the host",
};

/**
 * Refuses a plan that would lose what cannot be made again, unless the stack's name was given.
 *
 * @param changes the plan
 * @param stackName the stack's name
 * @param confirmation what the operator gave as CONFIRM
 * @throws AppError `usage_confirmation_missing`
 */
export function requireConfirmation(
  changes: readonly PlannedChange[],
  stackName: string,
  confirmation: string | undefined,
): void {
  const loss = changes.find(
    ({ kind, type, isUnfinished }) =>
      (kind === "replace" || kind === "destroy") && type in precious && !isUnfinished,
  );
  if (loss === undefined || confirmation === stackName) return;
  const reason = reasonOf(loss);
  const because = reason === "" ? "" : ` (${reason})`;
  throw new AppError(
    "usage_confirmation_missing",
    `This plan would ${loss.kind} ${loss.address}${because}, and ${precious[loss.type]} would be lost`,
    `Set what it was made with (VPC_ID, PUBLIC_SUBNET_ID, COGNITO_POOL_ID…), or, if it is meant, CONFIRM=${stackName}.`,
  );
}
