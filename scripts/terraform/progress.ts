import type { TerraformMessage } from "./message.ts";

const done: Readonly<Record<string, string>> = {
  create: "created",
  update: "changed",
  delete: "destroyed",
  replace: "replaced",
  read: "read",
};
const underWay: Readonly<Record<string, string>> = {
  create: "still creating",
  update: "still changing",
  delete: "still destroying",
  replace: "still replacing",
  read: "still reading",
};

/** Words Terraform's messages as progress, resource by resource with its time. */
export interface Progress {
  /** How many resources are done. */
  readonly completed: number;
  /** The line to print for a message, or `null` when there is nothing to say. */
  next(message: TerraformMessage): string | null;
}

/**
 * @param total how many resources the plan touches
 */
export function createProgress(total: number): Progress {
  const width = String(total).length;
  const position = (count: number) => `[${String(count).padStart(width)}/${total}]`;
  let completed = 0;
  return {
    get completed() {
      return completed;
    },
    next(message) {
      if (message.type === "diagnostic" || message.type === "apply_start") return null;
      const { resource, action = "", elapsed_seconds: seconds = 0 } = message.hook;
      // A data source that waits for a resource is read on the way, and counts as nothing.
      if (resource.addr.startsWith("data.")) return null;
      if (message.type === "apply_progress") {
        return `${" ".repeat(position(0).length)} ${underWay[action] ?? action}  ${resource.addr}  ${seconds} s`;
      }
      if (message.type === "apply_errored")
        return `${position(completed)} failed  ${resource.addr}`;
      completed += 1;
      return `${position(completed)} ${done[action] ?? action}  ${resource.addr}  ${seconds} s`;
    },
  };
}
