import type { StackOutputs } from "../../aws/stack-outputs.ts";
import { type Check, failed, ok, type Verdict } from "../check.ts";

/** @param accountId the account of the credentials; `null` when it is not known */
export function judgeOutputs(
  { AccountId, InstanceId, Region }: Pick<StackOutputs, "AccountId" | "InstanceId" | "Region">,
  accountId: string | null,
): Verdict {
  if (accountId !== null && accountId !== AccountId) {
    return failed(
      `the stack is in account ${AccountId}, the credentials are of ${accountId}`,
      "AWS_PROFILE=… make doctor, with a profile of that account; or make outputs for this one.",
    );
  }
  return ok(`${InstanceId} in ${Region}`);
}

export const outputsCheck: Check = {
  id: "outputs",
  title: "stack outputs",
  needs: [],
  async run(context) {
    const outputs = context.outputs();
    const caller = await context.caller().catch(() => null);
    return judgeOutputs(outputs, caller?.accountId ?? null);
  },
};
