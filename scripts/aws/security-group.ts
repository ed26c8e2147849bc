import {
  AuthorizeSecurityGroupIngressCommand,
  type EC2Client,
  ModifySecurityGroupRulesCommand,
  paginateDescribeSecurityGroupRules,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from "@aws-sdk/client-ec2";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { Cidr } from "../ingress/cidr.ts";
import {
  describeOpening,
  type IngressRule,
  type Opening,
  parseOpening,
} from "../ingress/ingress-rule.ts";
import { awsErrorName, awsFailure } from "./aws-failure.ts";

/** The inbound rules of one security group. */
export interface SecurityGroup {
  readonly id: string;
  listRules(): Promise<readonly IngressRule[]>;
  /** Lets a range reach one TCP port; `null` when another run has made the same rule meanwhile. */
  open(cidr: Cidr, port: number, opening: Opening): Promise<IngressRule | null>;
  /** Changes who holds a rule that {@link open} made, and until when. */
  prolong(rule: IngressRule, opening: Opening): Promise<void>;
  /** Removes a rule; one that is gone already is removed all the same. */
  close(rule: IngressRule): Promise<void>;
}

/**
 * @param ec2 a client of the group's region
 * @param groupId the group's id; every call throws AppError `security_group_gone` when there is none
 */
export function createSecurityGroup(ec2: EC2Client, groupId: string): SecurityGroup {
  return {
    id: groupId,
    listRules: () => listRules(ec2, groupId),
    async open(cidr, port, opening) {
      const range = { Description: describeOpening(opening) };
      const sources =
        cidr.family === 4
          ? { IpRanges: [{ ...range, CidrIp: cidr.text }] }
          : { Ipv6Ranges: [{ ...range, CidrIpv6: cidr.text }] };
      const permission = { IpProtocol: "tcp", FromPort: port, ToPort: port, ...sources };
      const answer = await call(groupId, "ec2:AuthorizeSecurityGroupIngress", () =>
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: groupId,
            IpPermissions: [permission],
          }),
        ),
      ).catch((error: unknown) => {
        if (isCausedBy(error, "InvalidPermission.Duplicate")) return null;
        throw error;
      });
      const [made] = answer?.SecurityGroupRules ?? [];
      return made === undefined ? null : parseRule(made);
    },
    async prolong(rule, opening) {
      // The rule is named whole: what is left out of it would be changed, too.
      const port = Number(rule.ports);
      const source = rule.source.includes(":")
        ? { CidrIpv6: rule.source }
        : { CidrIpv4: rule.source };
      const changed = {
        ...source,
        IpProtocol: rule.protocol,
        FromPort: port,
        ToPort: port,
        Description: describeOpening(opening),
      };
      await call(groupId, "ec2:ModifySecurityGroupRules", () =>
        ec2.send(
          new ModifySecurityGroupRulesCommand({
            GroupId: groupId,
            SecurityGroupRules: [{ SecurityGroupRuleId: rule.id, SecurityGroupRule: changed }],
          }),
        ),
      );
    },
    async close(rule) {
      await call(groupId, "ec2:RevokeSecurityGroupIngress", () =>
        ec2.send(
          new RevokeSecurityGroupIngressCommand({
            GroupId: groupId,
            SecurityGroupRuleIds: [rule.id],
          }),
        ),
      ).catch((error: unknown) => {
        const isGone = goneNames.some((name) => isCausedBy(error, name));
        if (!isGone) throw error;
      });
    },
  };
}

const goneNames = ["InvalidSecurityGroupRuleId.NotFound", "InvalidPermission.NotFound"];

async function listRules(ec2: EC2Client, groupId: string): Promise<readonly IngressRule[]> {
  return call(groupId, "ec2:DescribeSecurityGroupRules", async () => {
    const rules: IngressRule[] = [];
    const pages = paginateDescribeSecurityGroupRules(
      { client: ec2 },
      { Filters: [{ Name: "group-id", Values: [groupId] }] },
    );
    for await (const { SecurityGroupRules = [] } of pages) {
      rules.push(...SecurityGroupRules.filter(({ IsEgress }) => IsEgress !== true).map(parseRule));
    }
    return rules;
  });
}

function parseRule(rule: SecurityGroupRule): IngressRule {
  const description = rule.Description ?? "";
  const source =
    rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? "?";
  return {
    id: rule.SecurityGroupRuleId ?? "",
    protocol: rule.IpProtocol === "-1" ? "all" : (rule.IpProtocol ?? "?"),
    ports: portsOf(rule),
    source,
    description,
    opening: parseOpening(description),
  };
}

function portsOf({ FromPort: from, ToPort: to }: SecurityGroupRule): string {
  if (from === undefined || from === -1) return "all";
  return to === undefined || to === from ? String(from) : `${from}-${to}`;
}

async function call<Result>(
  groupId: string,
  action: string,
  send: () => Promise<Result>,
): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    if (awsErrorName(error) === "InvalidGroup.NotFound") {
      throw new AppError(
        "security_group_gone",
        `There is no security group ${groupId} in this account and region`,
        "Read the stack's outputs again with make outputs, or make the stack with make deploy.",
        { cause: error },
      );
    }
    if (awsErrorName(error) === "RulesPerSecurityGroupLimitExceeded") {
      throw new AppError(
        "security_group_full",
        `Security group ${groupId} holds as many rules as AWS allows`,
        "Look at them with make sg-list, and remove some with make sg-close.",
        { cause: error },
      );
    }
    throw awsFailure(error, action, groupId);
  }
}

function isCausedBy(error: unknown, name: string): boolean {
  return error instanceof AppError && awsErrorName(error.cause) === name;
}
