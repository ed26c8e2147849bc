import { AppError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { describe, expect, test } from "vitest";
import {
  checkPlacement,
  type PlacementFacts,
  type PlacementSettings,
  type PlacementSubnet,
} from "./placement.ts";

const subnet = (id: string, zone: string, changes: Partial<PlacementSubnet> = {}) => ({
  id,
  vpcId: "vpc-1",
  zone,
  reachesInternet: true,
  ...changes,
});

const facts: PlacementFacts = {
  region: "us-east-1",
  vpcId: "vpc-1",
  subnets: [subnet("subnet-b", "us-east-1b"), subnet("subnet-a", "us-east-1a")],
  offeringZones: ["us-east-1a", "us-east-1b"],
};
const nothingSet: PlacementSettings = {
  INSTANCE_TYPE: "t3.small",
  VPC_ID: undefined,
  PUBLIC_SUBNET_ID: undefined,
  AVAILABILITY_ZONE: undefined,
};

function refusal(settings: Partial<PlacementSettings>, changes: Partial<PlacementFacts> = {}) {
  try {
    checkPlacement({ ...nothingSet, ...settings }, { ...facts, ...changes });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  return null;
}

describe("a place that fits is accepted", () => {
  test.each([
    ["the default VPC", {}, {}],
    ["a zone with a subnet", { AVAILABILITY_ZONE: "us-east-1b" }, {}],
    ["a subnet", { PUBLIC_SUBNET_ID: "subnet-a" }, { subnets: [subnet("subnet-a", "us-east-1a")] }],
    [
      "another subnet than the isolated one that would not be chosen",
      {},
      {
        subnets: [
          subnet("subnet-a", "us-east-1a"),
          subnet("subnet-z", "us-east-1a", { reachesInternet: false }),
        ],
      },
    ],
  ])("%s", (_, settings, changes) => {
    expect(refusal(settings, changes)).toBeNull();
  });
});

describe("a place that does not fit is refused with the setting to change", () => {
  const given = { PUBLIC_SUBNET_ID: "subnet-a" };
  test.each([
    ["no default VPC", {}, { vpcId: null }, "us-east-1 has no default VPC", "VPC_ID"],
    ["an unknown VPC", { VPC_ID: "vpc-9" }, { vpcId: null }, "There is no VPC vpc-9", "VPC_ID"],
    [
      "an unknown subnet",
      given,
      { subnets: [] },
      "There is no subnet subnet-a",
      "PUBLIC_SUBNET_ID",
    ],
    [
      "a subnet of another VPC",
      given,
      { subnets: [subnet("subnet-a", "us-east-1a", { vpcId: "vpc-2" })] },
      "subnet-a is in vpc-2, not in vpc-1",
      "VPC_ID=vpc-2",
    ],
    [
      "a subnet in another zone",
      { ...given, AVAILABILITY_ZONE: "us-east-1b" },
      { subnets: [subnet("subnet-a", "us-east-1a")] },
      "subnet-a is in us-east-1a, not in us-east-1b",
      "AVAILABILITY_ZONE=us-east-1a",
    ],
    [
      "a subnet without a route to the internet",
      given,
      { subnets: [subnet("subnet-a", "us-east-1a", { reachesInternet: false })] },
      "subnet-a has no route to an internet gateway",
      "PUBLIC_SUBNET_ID",
    ],
    [
      "a choice of the stack's own without a route to the internet",
      {},
      { subnets: [subnet("subnet-a", "us-east-1a", { reachesInternet: false })] },
      "subnet-a has no route to an internet gateway",
      "PUBLIC_SUBNET_ID",
    ],
    [
      "no public subnet",
      {},
      { subnets: [] },
      "vpc-1 has no subnet that gives out public addresses",
      "PUBLIC_SUBNET_ID",
    ],
    [
      "no public subnet in the zone",
      { AVAILABILITY_ZONE: "us-east-1b" },
      { subnets: [subnet("subnet-a", "us-east-1a")] },
      "in us-east-1b",
      "PUBLIC_SUBNET_ID",
    ],
    [
      "a type that the region does not offer",
      { INSTANCE_TYPE: "z9.huge" },
      { offeringZones: [] },
      "us-east-1 does not offer z9.huge",
      "INSTANCE_TYPE",
    ],
    [
      "a type that the zone does not offer",
      { AVAILABILITY_ZONE: "us-east-1e" },
      {},
      "t3.small is not offered in us-east-1e",
      "us-east-1a, us-east-1b",
    ],
    [
      "a type that the subnet's zone does not offer",
      given,
      { subnets: [subnet("subnet-a", "us-east-1e")] },
      "t3.small is not offered in us-east-1e",
      "us-east-1a, us-east-1b",
    ],
  ])("%s", (_, settings, changes, message, hint) => {
    const error = refusal(settings, changes);
    expect(error?.message).toContain(message);
    expect(error?.hint).toContain(hint);
    expect(exitCodeOf(error)).toBe(2);
  });
});
