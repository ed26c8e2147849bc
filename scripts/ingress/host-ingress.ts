import { EC2Client } from "@aws-sdk/client-ec2";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { createRuleSchedule } from "../aws/rule-schedule.ts";
import { createSecurityGroup } from "../aws/security-group.ts";
import type { StackOutputs } from "../aws/stack-outputs.ts";
import type { Ingress } from "./apply.ts";

/** The host's security group and the schedules of its rules, in the region of the stack. */
export function connectIngress(outputs: StackOutputs): Ingress {
  const client = { region: outputs.Region };
  return {
    group: createSecurityGroup(new EC2Client(client), outputs.SecurityGroupId),
    schedule: createRuleSchedule({
      scheduler: new SchedulerClient(client),
      groupId: outputs.SecurityGroupId,
      roleArn: outputs.RuleExpiryRoleArn || null,
    }),
  };
}
