import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeInstancesCommand,
  type EC2Client,
  paginateDescribeTags,
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
  const [tagged, ofEc2] = await Promise.all([
    listTagged(clients.tagging, environmentName),
    listOfEc2(clients.ec2, environmentName),
  ]);
  // EC2 knows better than the index of tags what of its own is still there.
  return [...tagged.filter((arn) => !arn.includes(":ec2:")), ...ofEc2].toSorted();
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

async function listOfEc2(client: EC2Client, environmentName: string): Promise<string[]> {
  const ofProject = await listEc2Tagged(client, projectTag.key, projectTag.value);
  const ofEnvironment = new Set(await listEc2Tagged(client, "Environment", environmentName));
  const ids = ofProject.filter((id) => ofEnvironment.has(id));
  const terminated = await listTerminated(
    client,
    ids.filter((id) => id.startsWith("i-")),
  );
  return ids.filter((id) => !terminated.has(id));
}

async function listEc2Tagged(client: EC2Client, key: string, value: string): Promise<string[]> {
  const Filters = [
    { Name: "key", Values: [key] },
    { Name: "value", Values: [value] },
  ];
  return callAws("ec2:DescribeTags", `${key}=${value}`, async () => {
    const ids: string[] = [];
    for await (const page of paginateDescribeTags({ client }, { Filters })) {
      ids.push(...(page.Tags ?? []).map(({ ResourceId = "" }) => ResourceId));
    }
    return ids;
  });
}

// A terminated instance stays in the lists for about an hour.
async function listTerminated(
  client: EC2Client,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const Filters = [
    { Name: "instance-id", Values: [...ids] },
    { Name: "instance-state-name", Values: ["terminated", "shutting-down"] },
  ];
  const { Reservations = [] } = await callAws("ec2:DescribeInstances", ids.join(", "), () =>
    client.send(new DescribeInstancesCommand({ Filters })),
  );
  return new Set(
    Reservations.flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId = "" }) => InstanceId),
    ),
  );
}
