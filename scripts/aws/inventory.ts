import { EC2Client, type Instance, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { AppError } from "@cleanauth/common/app-error.ts";
import { projectTag } from "@cleanauth/common/stack-settings.ts";
import { callAws } from "./aws-call.ts";
import type { StackOutputs } from "./stack-outputs.ts";

/** An instance that bootstrap works on. */
export interface InventoryHost {
  readonly instanceId: string;
  /** Its tag `Name`, where it has one. */
  readonly name: string | undefined;
}

/**
 * The running instances of this stack: with the project's tag, and in the stack's security group, so
 * that two stacks in one account do not get each other's settings.
 *
 * @throws AppError `host_none_running` that says in which state the stack's own instance is
 */
export async function findHosts(
  outputs: Pick<StackOutputs, "Region" | "SecurityGroupId" | "InstanceId">,
): Promise<readonly InventoryHost[]> {
  const ec2 = new EC2Client({ region: outputs.Region });
  const filters = [{ Name: `tag:${projectTag.key}`, Values: [projectTag.value] }];
  const instances = await callAws("ec2:DescribeInstances", outputs.SecurityGroupId, async () => {
    const found: Instance[] = [];
    for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters: filters })) {
      found.push(...(page.Reservations ?? []).flatMap(({ Instances }) => Instances ?? []));
    }
    return found;
  });
  const isOfThisStack = ({ SecurityGroups }: Instance) =>
    SecurityGroups?.some(({ GroupId }) => GroupId === outputs.SecurityGroupId) === true;
  const running = instances.filter(
    (instance) => isOfThisStack(instance) && instance.State?.Name === "running",
  );
  if (running.length > 0) {
    return running.map(({ InstanceId = "", Tags }) => ({
      instanceId: InstanceId,
      name: Tags?.find(({ Key }) => Key === "Name")?.Value,
    }));
  }
  const own = instances.find(({ InstanceId }) => InstanceId === outputs.InstanceId);
  const state = own?.State?.Name ?? "gone";
  throw new AppError(
    "host_none_running",
    `No instance of this stack is running; ${outputs.InstanceId} is ${state}`,
    state === "stopped" || state === "stopping"
      ? `Start it: aws ec2 start-instances --region ${outputs.Region} --instance-ids ${outputs.InstanceId}.`
      : "Make the host again with make deploy.",
  );
}
