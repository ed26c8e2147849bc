import type { DoctorContext } from "./context.ts";

/** How a link of the chain stands. */
export type Verdict =
  | { readonly status: "ok"; readonly detail: string }
  | {
      readonly status: "failed";
      readonly detail: string;
      /** The command that mends it, or the first step towards that. */
      readonly fix: string;
    }
  | { readonly status: "not reached"; readonly detail: string };

/** One link of the chain. */
export interface Check {
  /** What other checks name it by. */
  readonly id: CheckId;
  readonly title: string;
  /** What this one stands on: where one of those failed, this one is not reached. */
  readonly needs: readonly CheckId[];
  /** An AppError that is thrown counts as a failure, its hint as the fix. */
  run(context: DoctorContext): Promise<Verdict>;
}

export type CheckId =
  | "tools"
  | "credentials"
  | "outputs"
  | "instance"
  | "agent"
  | "clock"
  | "node"
  | "release"
  | "settings"
  | "secret"
  | "processes"
  | "health"
  | "reach"
  | "pool"
  | "user"
  | "keys"
  | "token"
  | "model";

export function ok(detail: string): Verdict {
  return { status: "ok", detail };
}

/** @param fix begins with the command, where there is one */
export function failed(detail: string, fix: string): Verdict {
  return { status: "failed", detail, fix };
}

export function notReached(detail: string): Verdict {
  return { status: "not reached", detail };
}
