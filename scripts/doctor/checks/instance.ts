import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { callAws } from "../../aws/aws-call.ts";
import { awsErrorName } from "../../aws/aws-failure.ts";
import { type Check, failed, ok, type Verdict } from "../check.ts";

/** @param state EC2's word for it; `null` when there is no such instance */
export function judgeInstance(
  state: string | null,
  { instanceId, region }: { readonly instanceId: string; readonly region: string },
): Verdict {
  const on = `--region ${region} --instance-ids ${instanceId}`;
  switch (state) {
    case "running":
      return ok(`${instanceId} is running`);
    case "stopped":
      return failed(`${instanceId} is stopped`, `aws ec2 start-instances ${on}`);
    case "stopping":
      return failed(
        `${instanceId} is stopping`,
        `aws ec2 wait instance-stopped ${on} && aws ec2 start-instances ${on}`,
      );
    case "pending":
      return failed(`${instanceId} is starting`, `aws ec2 wait instance-running ${on}`);
    default:
      return failed(`${instanceId} is ${state ?? "gone"}`, "make deploy, then make bootstrap");
  }
}

export const instanceCheck: Check = {
  id: "instance",
  title: "instance",
  needs: ["credentials", "outputs"],
  async run({ clients, outputs }) {
    const { InstanceId: instanceId, Region: region } = outputs();
    const request = new DescribeInstancesCommand({ InstanceIds: [instanceId] });
    const answer = await callAws("ec2:DescribeInstances", instanceId, () =>
      clients
        .ec2()
        .send(request)
        .catch((error: unknown) => {
          if (awsErrorName(error) === "InvalidInstanceID.NotFound") return null;
          throw error;
        }),
    );
    const instance = answer?.Reservations?.[0]?.Instances?.[0];
    return judgeInstance(instance?.State?.Name ?? null, { instanceId, region });
  },
};
