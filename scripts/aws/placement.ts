import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type RouteTable,
  type Subnet,
} from "@aws-sdk/client-ec2";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { StackSettings } from "@cleanauth/common/stack-settings.ts";
import { callAws } from "./aws-call.ts";
import { awsErrorName } from "./aws-failure.ts";

export type PlacementSettings = Pick<
  StackSettings,
  "VPC_ID" | "PUBLIC_SUBNET_ID" | "AVAILABILITY_ZONE" | "INSTANCE_TYPE"
>;

/** What AWS says about the place that the host is to have. */
export interface PlacementFacts {
  readonly region: string;
  /** The VPC that is named, or the default one; `null` when there is none such. */
  readonly vpcId: string | null;
  /** The subnet that is named, `null` when there is none such; else those that give out addresses. */
  readonly subnets: readonly PlacementSubnet[];
  /** The zones of the region that offer the instance type. */
  readonly offeringZones: readonly string[];
}

export interface PlacementSubnet {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  /** Whether its route table leads to an internet gateway. */
  readonly reachesInternet: boolean;
}

/**
 * Refuses a place that cannot hold the host, before anything is made.
 *
 * @param settings what was asked for
 * @param facts what is there
 * @throws AppError `configuration_…` with the setting to change
 */
export function checkPlacement(settings: PlacementSettings, facts: PlacementFacts): void {
  const { INSTANCE_TYPE: type, AVAILABILITY_ZONE: zone } = settings;
  if (facts.offeringZones.length === 0) {
    throw refusal(
      "configuration_instance_type",
      `${facts.region} does not offer ${type}`,
      "Set INSTANCE_TYPE to another type, for instance t3.small or t4g.small.",
    );
  }
  if (facts.vpcId === null) throw noVpc(settings, facts);
  const [subnet, ...others] = facts.subnets;
  if (settings.PUBLIC_SUBNET_ID === undefined) {
    checkChoice(
      settings,
      facts,
      [subnet, ...others].filter((each) => each !== undefined),
    );
    return;
  }
  if (subnet === undefined) {
    throw refusal(
      "configuration_subnet",
      `There is no subnet ${settings.PUBLIC_SUBNET_ID} in ${facts.region}`,
      "Set PUBLIC_SUBNET_ID to one of this account and region, or AWS_REGION to where it is.",
    );
  }
  if (subnet.vpcId !== facts.vpcId) {
    throw refusal(
      "configuration_subnet",
      `${subnet.id} is in ${subnet.vpcId}, not in ${facts.vpcId}`,
      `Set VPC_ID=${subnet.vpcId}, or PUBLIC_SUBNET_ID to a subnet of ${facts.vpcId}.`,
    );
  }
  if (zone !== undefined && subnet.zone !== zone) {
    throw refusal(
      "configuration_zone",
      `${subnet.id} is in ${subnet.zone}, not in ${zone}`,
      `Set AVAILABILITY_ZONE=${subnet.zone}, or PUBLIC_SUBNET_ID to a subnet in ${zone}.`,
    );
  }
  if (!facts.offeringZones.includes(subnet.zone)) throw notOffered(type, subnet.zone, facts);
  if (!subnet.reachesInternet) throw noWayOut(subnet);
}

function checkChoice(
  { INSTANCE_TYPE: type, AVAILABILITY_ZONE: zone }: PlacementSettings,
  facts: PlacementFacts,
  subnets: readonly PlacementSubnet[],
): void {
  if (zone !== undefined && !facts.offeringZones.includes(zone))
    throw notOffered(type, zone, facts);
  const candidates = subnets.filter(
    (subnet) => facts.offeringZones.includes(subnet.zone) && (zone ?? subnet.zone) === subnet.zone,
  );
  // The one that the stack would choose.
  const [chosen] = candidates.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (chosen === undefined) {
    throw refusal(
      "configuration_subnet",
      `${facts.vpcId} has no subnet that gives out public addresses${zone === undefined ? "" : ` in ${zone}`}`,
      "Set PUBLIC_SUBNET_ID, or VPC_ID to another VPC.",
    );
  }
  if (!chosen.reachesInternet) throw noWayOut(chosen);
}

function noVpc({ VPC_ID: vpcId }: PlacementSettings, { region }: PlacementFacts): AppError {
  if (vpcId === undefined) {
    return refusal(
      "configuration_vpc",
      `${region} has no default VPC`,
      "Set VPC_ID and PUBLIC_SUBNET_ID, or make one with `aws ec2 create-default-vpc`.",
    );
  }
  return refusal(
    "configuration_vpc",
    `There is no VPC ${vpcId} in ${region}`,
    "Set VPC_ID to one of this account and region, or AWS_REGION to where it is.",
  );
}

function notOffered(type: string, zone: string, { offeringZones }: PlacementFacts): AppError {
  return refusal(
    "configuration_instance_type",
    `${type} is not offered in ${zone}`,
    `Set INSTANCE_TYPE to another type, or choose one of ${offeringZones.toSorted().join(", ")}.`,
  );
}

function noWayOut(subnet: PlacementSubnet): AppError {
  return refusal(
    "configuration_subnet",
    `${subnet.id} has no route to an internet gateway, so the host could reach neither SSM nor Bedrock`,
    "Set PUBLIC_SUBNET_ID to a public subnet, or give its route table a route 0.0.0.0/0 to an internet gateway.",
  );
}

function refusal(code: string, message: string, hint: string): AppError {
  return new AppError(code, message, hint);
}

/**
 * Looks up what {@link checkPlacement} decides on.
 *
 * @param ec2 a client of the stack's region
 * @param settings what was asked for
 * @param region the client's region, for messages
 */
export async function readPlacementFacts(
  ec2: EC2Client,
  settings: PlacementSettings,
  region: string,
): Promise<PlacementFacts> {
  const [vpcId, offeringZones] = await Promise.all([
    findVpc(ec2, settings.VPC_ID),
    findOfferingZones(ec2, settings.INSTANCE_TYPE),
  ]);
  if (vpcId === null) return { region, vpcId, subnets: [], offeringZones };
  const subnets = await findSubnets(ec2, vpcId, settings.PUBLIC_SUBNET_ID);
  const tables = await findRouteTables(ec2, [
    ...new Set(subnets.map((subnet) => subnet.VpcId ?? "")),
  ]);
  return {
    region,
    vpcId,
    offeringZones,
    subnets: subnets.map((subnet) => ({
      id: subnet.SubnetId ?? "",
      vpcId: subnet.VpcId ?? "",
      zone: subnet.AvailabilityZone ?? "",
      reachesInternet: reachesInternet(subnet, tables),
    })),
  };
}

async function findVpc(ec2: EC2Client, vpcId: string | undefined): Promise<string | null> {
  const which =
    vpcId === undefined
      ? { Filters: [{ Name: "is-default", Values: ["true"] }] }
      : { VpcIds: [vpcId] };
  const { Vpcs = [] } = await callAws("ec2:DescribeVpcs", vpcId ?? "the default VPC", () =>
    noneIfUnknown("InvalidVpcID.NotFound", () => ec2.send(new DescribeVpcsCommand(which))),
  );
  return Vpcs[0]?.VpcId ?? null;
}

async function findSubnets(
  ec2: EC2Client,
  vpcId: string,
  subnetId: string | undefined,
): Promise<readonly Subnet[]> {
  const which =
    subnetId === undefined
      ? {
          Filters: [
            { Name: "vpc-id", Values: [vpcId] },
            { Name: "map-public-ip-on-launch", Values: ["true"] },
          ],
        }
      : { SubnetIds: [subnetId] };
  const { Subnets = [] } = await callAws("ec2:DescribeSubnets", subnetId ?? vpcId, () =>
    noneIfUnknown("InvalidSubnetID.NotFound", () => ec2.send(new DescribeSubnetsCommand(which))),
  );
  return Subnets;
}

async function findOfferingZones(ec2: EC2Client, instanceType: string): Promise<readonly string[]> {
  const { InstanceTypeOfferings = [] } = await callAws(
    "ec2:DescribeInstanceTypeOfferings",
    instanceType,
    () =>
      ec2.send(
        new DescribeInstanceTypeOfferingsCommand({
          LocationType: "availability-zone",
          Filters: [{ Name: "instance-type", Values: [instanceType] }],
        }),
      ),
  );
  return InstanceTypeOfferings.map(({ Location = "" }) => Location);
}

async function findRouteTables(
  ec2: EC2Client,
  vpcIds: readonly string[],
): Promise<readonly RouteTable[]> {
  if (vpcIds.length === 0) return [];
  const { RouteTables = [] } = await callAws("ec2:DescribeRouteTables", vpcIds.join(", "), () =>
    ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [...vpcIds] }] }),
    ),
  );
  return RouteTables;
}

// A subnet without an association of its own follows the main route table of its VPC.
// https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html
function reachesInternet(subnet: Subnet, tables: readonly RouteTable[]): boolean {
  const isOwn = ({ Associations = [] }: RouteTable) =>
    Associations.some(({ SubnetId }) => SubnetId === subnet.SubnetId);
  const isMain = ({ Associations = [], VpcId }: RouteTable) =>
    VpcId === subnet.VpcId && Associations.some(({ Main }) => Main === true);
  const table = tables.find(isOwn) ?? tables.find(isMain);
  return (table?.Routes ?? []).some(
    ({ DestinationCidrBlock, GatewayId, State }) =>
      DestinationCidrBlock === "0.0.0.0/0" &&
      GatewayId?.startsWith("igw-") === true &&
      State !== "blackhole",
  );
}

async function noneIfUnknown<Result>(
  errorName: string,
  send: () => Promise<Result>,
): Promise<Result | Record<string, never>> {
  try {
    return await send();
  } catch (error) {
    if (awsErrorName(error) === errorName) return {};
    throw error;
  }
}
