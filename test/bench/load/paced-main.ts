import { type CallerSession, whoamiCalls } from "../../load/callers.ts";
import { makePacedCalls, percentileOf } from "../../load/paced-calls.ts";

/** What the program is told, over IPC. */
export interface PacedPlan {
  readonly base: string;
  readonly callers: readonly CallerSession[];
  readonly callsPerSecond: number;
  /** Before it is measured: the program has a first second, too, and that is not the server's. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What it answers. */
export interface PacedFigures {
  readonly calls: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly failures: Readonly<Record<string, number>>;
}

// Makes calls that are due at a time of their own, in a process that has nothing else to do: in one with
// much in its memory, the pauses of its garbage collection would be measured as well.

process.once("message", async (plan: PacedPlan) => {
  const call = (seconds: number) =>
    makePacedCalls(
      whoamiCalls(plan.base, plan.callers, { callsPerSecond: plan.callsPerSecond, seconds }),
    );
  const warmUp = await call(plan.warmUpSeconds);
  const { calls, milliseconds, failures } = await call(plan.seconds);
  const figures: PacedFigures = {
    calls,
    p50: percentileOf(milliseconds, 0.5),
    p99: percentileOf(milliseconds, 0.99),
    failures: { ...warmUp.failures, ...failures },
  };
  process.send?.(figures, () => process.exit());
});
