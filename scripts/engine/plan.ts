import { AppError } from "@cleanauth/common/app-error.ts";
import type { RawFacts } from "./fact.ts";
import type { Decision } from "./operation.ts";
import type { Task } from "./selection.ts";

/** What every selected task has to do on one host. */
export type Plan = ReadonlyMap<Task, Decision>;

/** Compares a host's facts with what the tasks declare. Pure. */
export function planHost(tasks: readonly Task[], facts: RawFacts): Plan {
  return new Map(tasks.map((task) => [task, task.operation.decide(facts)]));
}

/** Whether a plan changes anything. */
export function hasChanges(plan: Plan): boolean {
  return [...plan.values()].some(({ kind }) => kind === "change");
}

/** Tasks whose state is not what it should be, by facts that were read after the work was done. */
export function stillDiffering(
  tasks: readonly Task[],
  facts: RawFacts,
  stage: "before handlers" | "after handlers",
): readonly Task[] {
  return tasks.filter((task) => {
    if (task.operation.isAction === true) return false;
    const decision = task.operation.decide(facts);
    if (decision.kind !== "change") return false;
    return stage === "after handlers" || decision.command !== undefined;
  });
}

/** The failure that names what still differs. */
export function stillDifferingError(tasks: readonly Task[]): AppError {
  return new AppError(
    "host_still_differs",
    `Done, but still different: ${tasks.map(({ fullName }) => fullName).join("; ")}`,
    "Something on the host undoes it; run again with -v and look at the host.",
  );
}
