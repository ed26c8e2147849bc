import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  type SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { formatInstant } from "../ingress/ingress-rule.ts";
import { awsErrorName, awsFailure } from "./aws-failure.ts";

/** Ends rules at their time, without anything of ours running then. */
export interface RuleSchedule {
  /**
   * Has a rule revoked at an instant, or later than planned before.
   *
   * @returns `null` when that is arranged, else why it is not
   */
  endAt(ruleId: string, instant: Date): Promise<string | null>;
  /** Drops the arrangement. Where that is not allowed, the schedule finds no rule at its time. */
  drop(ruleId: string): Promise<void>;
}

export interface RuleScheduleOptions {
  readonly scheduler: SchedulerClient;
  readonly groupId: string;
  /**
   * What the schedule acts as: a role that EventBridge Scheduler may assume, and that may revoke
   * inbound rules of this group. `null`: there is none, so nothing can be scheduled.
   */
  readonly roleArn: string | null;
}

/**
 * One schedule a rule, in EventBridge Scheduler: it calls `ec2:RevokeSecurityGroupIngress` once, for
 * this one rule, and deletes itself.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
export function createRuleSchedule({
  scheduler,
  groupId,
  roleArn,
}: RuleScheduleOptions): RuleSchedule {
  return {
    async endAt(ruleId, instant) {
      if (roleArn === null) return "the stack has no role that could revoke it";
      const schedule = scheduleOf({ ruleId, groupId, roleArn, instant });
      try {
        await scheduler.send(new CreateScheduleCommand(schedule)).catch((error: unknown) => {
          if (awsErrorName(error) !== "ConflictException") throw error;
          return scheduler.send(new UpdateScheduleCommand(schedule));
        });
        return null;
      } catch (error) {
        // The rule is open by now. That its end has to be brought about in another way is worth
        // telling, whatever the reason; it is no failure of opening it.
        return awsFailure(error, "scheduler:CreateSchedule", schedule.Name).message;
      }
    },
    async drop(ruleId) {
      if (roleArn === null) return;
      await scheduler
        .send(new DeleteScheduleCommand({ Name: scheduleName(ruleId) }))
        .catch(() => undefined);
    },
  };
}

function scheduleOf(parts: {
  readonly ruleId: string;
  readonly groupId: string;
  readonly roleArn: string;
  readonly instant: Date;
}) {
  const partition = parts.roleArn.split(":")[1] ?? "aws";
  return {
    Name: scheduleName(parts.ruleId),
    Description: `Revokes ${parts.ruleId} of ${parts.groupId}`,
    ScheduleExpression: `at(${formatInstant(parts.instant).slice(0, -1)})`,
    ScheduleExpressionTimezone: "UTC",
    FlexibleTimeWindow: { Mode: "OFF" as const },
    ActionAfterCompletion: "DELETE" as const,
    Target: {
      Arn: `arn:${partition}:scheduler:::aws-sdk:ec2:revokeSecurityGroupIngress`,
      RoleArn: parts.roleArn,
      Input: JSON.stringify({
        GroupId: parts.groupId,
        SecurityGroupRuleIds: [parts.ruleId],
      }),
    },
  };
}

function scheduleName(ruleId: string): string {
  return `mcp-auth-${ruleId}`;
}
