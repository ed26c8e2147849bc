import { pingStatus } from "../../aws/ssm-invocation.ts";
import { type Check, failed, ok, type Verdict } from "../check.ts";

/** @param status SSM's word for it; `null` when the agent was never seen */
export function judgeAgent(
  status: string | null,
  { instanceId, region }: { readonly instanceId: string; readonly region: string },
): Verdict {
  const reboot = `aws ec2 reboot-instances --region ${region} --instance-ids ${instanceId}`;
  switch (status) {
    case "Online":
      return ok("the agent is online");
    case null:
      return failed(
        "SSM has never seen the agent: the instance has just started, its role does not let it in, or it has no way to AWS",
        `wait two minutes; then ${reboot}; if that does not help, make deploy puts role and network right`,
      );
    default:
      // Nothing but a reboot reaches a host whose agent has stopped.
      return failed(`the agent has stopped or lost its connection (${status})`, reboot);
  }
}

export const agentCheck: Check = {
  id: "agent",
  title: "SSM agent",
  needs: ["instance"],
  async run({ clients, outputs }) {
    const { InstanceId: instanceId, Region: region } = outputs();
    return judgeAgent(await pingStatus(clients.ssm(), instanceId), { instanceId, region });
  },
};
