import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import {
  paginateGetResources,
  type ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { projectTag } from "@cleanauth/common/stack-settings.ts";
import { callAws } from "./aws-call.ts";

export interface LeftoverClients {
  readonly ec2: EC2Client;
  readonly tagging: ResourceGroupsTaggingAPIClient;
}

// AWS goes on listing what is gone for a while.
const attempts = 4;
const pauseMilliseconds = 5_000;

/**
 * Looks for what still carries the tags of a stack.
 *
 * @param environmentName the stack's environment: other environments of the project stay
 * @param pause waits between two looks
 * @returns ARNs and EC2 ids, sorted; empty when nothing is left
 */
export async function findLeftovers(
  clients: LeftoverClients,
  environmentName: string,
  pause: () => Promise<unknown> = () => sleep(pauseMilliseconds),
): Promise<readonly string[]> {
  let found: readonly string[] = [];
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    found = await lookOnce(clients, environmentName);
    if (found.length === 0 || attempt === attempts) break;
    await pause();
  }
  return found;
}

async function lookOnce(clients: LeftoverClients, environmentName: string): Promise<string[]> {
  const [tagged, described] = await Promise.all([
    listTagged(clients.tagging, environmentName),
    describeEc2(clients.ec2, environmentName),
  ]);
  return [...tagged.filter((arn) => !describedTypes.test(arn)), ...described].toSorted();
}

async function listTagged(
  client: ResourceGroupsTaggingAPIClient,
  environmentName: string,
): Promise<string[]> {
  const TagFilters = [
    { Key: projectTag.key, Values: [projectTag.value] },
    { Key: "Environment", Values: [environmentName] },
  ];
  return callAws("tag:GetResources", "the project's tag", async () => {
    const arns: string[] = [];
    for await (const page of paginateGetResources({ client }, { TagFilters })) {
      arns.push(...(page.ResourceTagMappingList ?? []).map(({ ResourceARN = "" }) => ResourceARN));
    }
    return arns;
  });
}

const describedTypes = /:ec2:.*:(instance|volume|security-group|security-group-rule|elastic-ip)\//;

// Of what the stack makes in EC2, EC2 itself knows what is still there; the index of tags goes on
// listing a terminated instance for about an hour.
async function describeEc2(ec2: EC2Client, environmentName: string): Promise<string[]> {
  const Filters = [
    { Name: `tag:${projectTag.key}`, Values: [projectTag.value] },
    { Name: "tag:Environment", Values: [environmentName] },
  ];
  const alive = {
    Name: "instance-state-name",
    Values: ["pending", "running", "stopping", "stopped"],
  };
  const describe = <Answer>(what: string, send: () => Promise<Answer>) =>
    callAws(`ec2:Describe${what}`, "the project's tag", send);

  const [instances, volumes, groups, rules, addresses] = await Promise.all([
    describe("Instances", () =>
      ec2.send(new DescribeInstancesCommand({ Filters: [...Filters, alive] }))),
    describe("Volumes", () => ec2.send(new DescribeVolumesCommand({ Filters }))),
    describe("SecurityGroups", () => ec2.send(new DescribeSecurityGroupsCommand({ Filters }))),
    describe("SecurityGroupRules", () =>
      ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }))),
    describe("Addresses", () => ec2.send(new DescribeAddressesCommand({ Filters }))),
  ]);
  const ids = [
    ...(instances.Reservations ?? []).flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId }) => InstanceId),
    ),
    ...(volumes.Volumes ?? []).map(({ VolumeId }) => VolumeId),
    ...(groups.SecurityGroups ?? []).map(({ GroupId }) => GroupId),
    ...(rules.SecurityGroupRules ?? []).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId),
    ...(addresses.Addresses ?? []).map(({ AllocationId }) => AllocationId),
  ];
  return ids.filter((id) => id !== undefined);
}
