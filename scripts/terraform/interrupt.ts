import { AppError } from "@cleanauth/common/app-error.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Passes an interrupt of this program on to a child, so that the child can end by itself. */
export interface InterruptGuard {
  readonly wasInterrupted: boolean;
  /** Lets interrupts end this program again. */
  release(): void;
}

/**
 * Guards a child that must not be cut off. Terraform that gets one SIGINT finishes what is under way,
 * writes its state and unlocks it; a second one makes it stop at once, so it gets only one.
 * https://developer.hashicorp.com/terraform/cli/commands/apply
 *
 * @param childId process id of the child, which must be in a process group of its own: a terminal
 *   sends Ctrl-C to the whole group
 * @param say tells the person who pressed Ctrl-C what happens
 */
export function guardInterrupts(childId: number, say: (text: string) => void): InterruptGuard {
  let wasInterrupted = false;
  const pass = (): void => {
    say(
      wasInterrupted
        ? "Still ending: what is under way must be finished and written down."
        : "Interrupted: Terraform finishes what is under way, writes its state and unlocks it.",
    );
    if (!wasInterrupted) process.kill(childId, "SIGINT");
    wasInterrupted = true;
  };
  for (const signal of signals) process.on(signal, pass);
  return {
    get wasInterrupted() {
      return wasInterrupted;
    },
    release() {
      for (const signal of signals) process.removeListener(signal, pass);
    },
  };
}

/**
 * What an interrupted run ends with.
 *
 * @param completed how many resources an apply had done; `null` when nothing was being applied
 */
export function interruptedError(completed: number | null): AppError {
  return new AppError(
    "interrupted",
    completed === null
      ? "Interrupted before anything was changed"
      : `Interrupted after ${completed} resources; the state is written and unlocked`,
    "Run the same command again: it goes on from there.",
  );
}
