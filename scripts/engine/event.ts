import type { FileChange } from "./operation.ts";
import type { Outcome, Recap } from "./recap.ts";

/** What happens during a run, in order. Reporters turn events into text or JSON. */
export type EngineEvent =
  | { readonly type: "play_started"; readonly play: string; readonly hosts: readonly string[] }
  | { readonly type: "task_started"; readonly kind: "task" | "handler"; readonly task: string }
  | {
      readonly type: "task_retried";
      readonly task: string;
      readonly host: string;
      readonly attempt: number;
      readonly attempts: number;
      readonly message: string;
    }
  | TaskEnded
  | { readonly type: "interrupted"; readonly task: string }
  | { readonly type: "recap"; readonly recap: Recap; readonly seconds: number };

export interface TaskEnded {
  readonly type: "task_ended";
  readonly task: string;
  readonly host: string;
  readonly outcome: Outcome;
  readonly seconds: number;
  /** Why it changed or was skipped. */
  readonly because?: string;
  readonly files?: readonly FileChange[];
  readonly stdout?: string;
  readonly stderr?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
}

export type Report = (event: EngineEvent) => void;
