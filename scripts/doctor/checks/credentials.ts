import { identityName } from "../../ingress/ingress-rule.ts";
import { type Check, ok } from "../check.ts";

export const credentialsCheck: Check = {
  id: "credentials",
  title: "AWS credentials",
  needs: [],
  async run(context) {
    const { accountId, arn, region } = await context.caller();
    return ok(`${identityName(arn)} of account ${accountId}, ${region}`);
  },
};
