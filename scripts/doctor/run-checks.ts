import { AppError, formatError } from "@cleanauth/common/app-error.ts";
import { interruptedError } from "../engine/local-shell.ts";
import { type Check, type CheckId, failed, notReached, type Verdict } from "./check.ts";
import type { DoctorContext } from "./context.ts";

export interface CheckedLink {
  readonly check: Check;
  readonly verdict: Verdict;
}

/**
 * Runs checks in their order, and goes on past failures: a check is left out only when something that
 * it stands on failed or was itself not reached.
 *
 * @param onStart told before a check runs
 * @param onEnd told its verdict
 * @throws AppError `interrupted`
 */
export async function runChecks(
  checks: readonly Check[],
  context: DoctorContext,
  onStart: (check: Check) => void,
  onEnd: (link: CheckedLink) => void,
): Promise<readonly CheckedLink[]> {
  const links: CheckedLink[] = [];
  const verdicts = new Map<CheckId, Verdict>();
  for (const check of checks) {
    if (context.signal.aborted) throw interruptedError();
    onStart(check);
    const broken = check.needs.find((id) => verdicts.get(id)?.status !== "ok");
    const needed = checks.find(({ id }) => id === broken);
    const verdict =
      broken === undefined
        ? await verdictOf(check, context)
        : notReached(`waits for: ${needed?.title ?? broken}`);
    verdicts.set(check.id, verdict);
    links.push({ check, verdict });
    onEnd({ check, verdict });
  }
  return links;
}

async function verdictOf(check: Check, context: DoctorContext): Promise<Verdict> {
  try {
    return await check.run(context);
  } catch (error) {
    if (error instanceof AppError && error.code === "interrupted") throw error;
    // A defect in one check must not hide the others.
    if (error instanceof AppError) return failed(error.message, error.hint);
    return failed(formatError(error), "Please report it.");
  }
}
