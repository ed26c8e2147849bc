import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js";
import type { Home } from "./home.ts";

export type Statement = DataAwsIamPolicyDocumentStatement;

/**
 * What SSM's agent calls, as AWS lists it in AmazonSSMManagedInstanceCore, but for two things: the
 * managed policy lets the host read every parameter of the account (`ssm:GetParameter*`), and it
 * names no resource. Which action takes a resource is in
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 *
 * @param home where the host lives
 */
export function ssmAgentStatements(home: Home): Statement[] {
  const { partition, region, accountId } = home;
  // Any instance of the account and region: the agent gives up for up to an hour when it is refused
  // at its first start, so the policy must be there before the instance has an id.
  const instances = `arn:${partition}:ec2:${region}:${accountId}:instance/*`;
  // AWS's own documents, and the one that holds the account's preferences for sessions.
  const documents = [
    `arn:${partition}:ssm:${region}::document/AWS-*`,
    `arn:${partition}:ssm:${region}:${accountId}:document/SSM-SessionManagerRunShell`,
  ];
  const associations = `arn:${partition}:ssm:${region}:${accountId}:association/*`;
  return [
    {
      sid: "AgentAboutItsInstance",
      actions: [
        "ssm:ListInstanceAssociations",
        "ssm:PutComplianceItems",
        "ssm:UpdateInstanceInformation",
      ],
      resources: [instances],
    },
    {
      sid: "AgentDocuments",
      actions: ["ssm:DescribeDocument", "ssm:GetDocument"],
      resources: documents,
    },
    {
      sid: "AgentAssociations",
      actions: [
        "ssm:DescribeAssociation",
        "ssm:UpdateAssociationStatus",
        "ssm:UpdateInstanceAssociationStatus",
      ],
      resources: [associations, instances, ...documents],
    },
    {
      // None of these takes a resource: IAM accepts `*` alone.
      sid: "AgentMessages",
      actions: [
        "ec2messages:AcknowledgeMessage",
        "ec2messages:DeleteMessage",
        "ec2messages:FailMessage",
        "ec2messages:GetEndpoint",
        "ec2messages:GetMessages",
        "ec2messages:SendReply",
        "ssm:GetDeployablePatchSnapshotForInstance",
        "ssm:GetManifest",
        "ssm:ListAssociations",
        "ssm:PutConfigurePackageResult",
        "ssm:PutInventory",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      resources: ["*"],
    },
  ];
}
