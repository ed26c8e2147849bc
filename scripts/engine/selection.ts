import { AppError } from "@cleanauth/common/app-error.ts";
import type { RawFacts } from "./fact.ts";
import type { Handler, Operation, Play } from "./operation.ts";
import type { Host } from "./shell.ts";

/** One operation with the role that it stands in, as the output names it. */
export interface Task {
  readonly role: string;
  /** `role : operation`. */
  readonly fullName: string;
  readonly operation: Operation<RawFacts>;
}

export interface HandlerTask {
  readonly role: string;
  readonly fullName: string;
  readonly handler: Handler;
}

/** Which part of a play runs. */
export interface Selection {
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAtTask?: string;
}

/**
 * The operations that a run looks at, in order. A role's name is a tag of all its operations.
 *
 * @throws AppError `usage_unknown_tag`, `usage_unknown_task` when a name fits nothing: a run that
 *   silently does nothing would look like one with nothing to change
 */
export function selectTasks(play: Play, selection: Selection): readonly Task[] {
  const all = play.roles.flatMap((role) =>
    role.operations.map((operation) => ({
      role: role.name,
      fullName: `${role.name} : ${operation.name}`,
      operation,
    })),
  );
  const known = new Set(all.flatMap(tagsOf));
  const unknown = [...(selection.tags ?? []), ...(selection.skipTags ?? [])].filter(
    (tag) => !known.has(tag),
  );
  if (unknown.length > 0) {
    throw new AppError(
      "usage_unknown_tag",
      `No task has the tag ${unknown.join(", ")}`,
      `The tags are: ${[...known].sort().join(", ")}.`,
    );
  }
  const tagged = all.filter(
    (task) =>
      (selection.tags === undefined || tagsOf(task).some((tag) => selection.tags?.includes(tag))) &&
      !tagsOf(task).some((tag) => selection.skipTags?.includes(tag)),
  );
  return startAt(tagged, selection.startAtTask);
}

function startAt(tasks: readonly Task[], name: string | undefined): readonly Task[] {
  if (name === undefined) return tasks;
  const index = tasks.findIndex(
    ({ fullName, operation }) => matches(name, fullName) || matches(name, operation.name),
  );
  if (index >= 0) return tasks.slice(index);
  throw new AppError(
    "usage_unknown_task",
    `No task is named ${JSON.stringify(name)}`,
    `The tasks are: ${tasks.map(({ fullName }) => fullName).join("; ")}.`,
  );
}

function tagsOf(task: Task): readonly string[] {
  return [task.role, ...(task.operation.tags ?? [])];
}

/** The play's handlers, in the order in which they run. */
export function handlersOf(play: Play): readonly HandlerTask[] {
  return play.roles.flatMap((role) =>
    role.handlers.map((handler) => ({
      role: role.name,
      fullName: `${role.name} : ${handler.name}`,
      handler,
    })),
  );
}

/**
 * The hosts that `--limit` names, by name or alias; `*` stands for any characters.
 *
 * @throws AppError `usage_limit_matches_nothing`
 */
export function limitHosts(
  hosts: readonly Host[],
  limit: readonly string[] | undefined,
): readonly Host[] {
  if (limit === undefined) return hosts;
  const chosen = hosts.filter((host) =>
    [host.name, ...(host.aliases ?? [])].some((name) =>
      limit.some((pattern) => matches(pattern, name)),
    ),
  );
  if (chosen.length > 0) return chosen;
  throw new AppError(
    "usage_limit_matches_nothing",
    `--limit ${limit.join(",")} fits no host`,
    `The hosts are: ${hosts.map(({ name }) => name).join(", ") || "none"}.`,
  );
}

/** Whether a name fits a pattern in which `*` stands for any characters. */
function matches(pattern: string, name: string): boolean {
  const literal = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`, "s").test(name);
}
