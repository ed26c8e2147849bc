import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { Construct } from "constructs";
import type { Home } from "./home.ts";

export interface RuleExpiryProps {
  readonly namePrefix: string;
  readonly home: Home;
  readonly securityGroupId: string;
}

/**
 * What ends the rules of `make sg-open` at their time: the role that its schedules act as. It can take
 * rules of this one group away, and nothing else.
 */
export class RuleExpiry extends Construct {
  readonly roleArn: string;

  constructor(
    scope: Construct,
    id: string,
    { namePrefix, home, securityGroupId }: RuleExpiryProps,
  ) {
    super(scope, id);
    const inAccount = `${home.region}:${home.accountId}`;
    const trust = new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["scheduler.amazonaws.com"] }],
          // Scheduler serves every account: without this, another one's schedule could use the role.
          // The narrowest that it can be held to is a group of schedules.
          // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [home.accountId] },
            {
              test: "ArnEquals",
              variable: "aws:SourceArn",
              values: [`arn:${home.partition}:scheduler:${inAccount}:schedule-group/default`],
            },
          ],
        },
      ],
    });
    const role = new IamRole(this, "role", {
      namePrefix: `${namePrefix}-expiry-`,
      description: "Ends the inbound rules of make sg-open",
      assumeRolePolicy: trust.json,
    });
    const revoke = new DataAwsIamPolicyDocument(this, "revoke", {
      statement: [
        {
          sid: "EndRules",
          actions: ["ec2:RevokeSecurityGroupIngress"],
          resources: [`arn:${home.partition}:ec2:${inAccount}:security-group/${securityGroupId}`],
        },
      ],
    });
    new IamRolePolicy(this, "revoke_policy", {
      role: role.id,
      name: "end-rules",
      policy: revoke.json,
    });
    this.roleArn = role.arn;
  }
}
