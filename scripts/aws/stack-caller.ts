import { AppError } from "@cleanauth/common/app-error.ts";
import { type Caller, identifyCaller } from "./caller.ts";
import type { StackOutputs } from "./stack-outputs.ts";

/**
 * Asks AWS who is calling, and sees that it is the account that the stack is in.
 *
 * @throws AppError `configuration_account_differs`, and what {@link identifyCaller} throws
 */
export async function identifyStackCaller(
  outputs: Pick<StackOutputs, "AccountId">,
): Promise<Caller> {
  const caller = await identifyCaller();
  if (caller.accountId === outputs.AccountId) return caller;
  throw new AppError(
    "configuration_account_differs",
    `These AWS credentials are of account ${caller.accountId}, and the stack is in ${outputs.AccountId}`,
    "Set AWS_PROFILE to a profile of that account, or read the outputs of this one with make outputs.",
  );
}
