import { describe, expect, test } from "vitest";
import { synthesise } from "./synthesised-stack.ts";

const stack = synthesise({});
const statements = (name: string) =>
  stack.data.find((block) => block.name === `rule_expiry_${name}`)?.body.statement;
const inAccount = `\${data.aws_region.home_region.id}:\${data.aws_caller_identity.home_caller.account_id}`;
const arn = (service: string, resource: string) =>
  `arn:\${data.aws_partition.home_partition.partition}:${service}:${inAccount}:${resource}`;

describe("the role that ends inbound rules", () => {
  test("may revoke inbound rules of the host's security group, and nothing else", () => {
    expect(statements("revoke")).toEqual([
      {
        sid: "EndRules",
        actions: ["ec2:RevokeSecurityGroupIngress"],
        resources: [arn("ec2", `security-group/\${aws_security_group.security_group.id}`)],
      },
    ]);
    const policies = stack.resources.filter(({ body }) =>
      String(body.role).includes("rule_expiry_role"),
    );
    expect(policies.map(({ name }) => name)).toEqual(["rule_expiry_revoke_policy"]);
  });

  test("is taken on by EventBridge Scheduler alone, for schedules of this account alone", () => {
    expect(statements("trust")).toEqual([
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["scheduler.amazonaws.com"] }],
        condition: [
          {
            test: "StringEquals",
            variable: "aws:SourceAccount",
            values: [`\${data.aws_caller_identity.home_caller.account_id}`],
          },
          {
            test: "ArnEquals",
            variable: "aws:SourceArn",
            values: [arn("scheduler", "schedule-group/default")],
          },
        ],
      },
    ]);
  });

  test("is named in the outputs, for make sg-open to hand on", () => {
    expect(stack.outputs.RuleExpiryRoleArn?.value).toBe(`\${aws_iam_role.rule_expiry_role.arn}`);
  });
});
