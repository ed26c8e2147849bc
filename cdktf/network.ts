import { DataAwsEc2InstanceTypeOfferings } from "@cdktf/provider-aws/lib/data-aws-ec2-instance-type-offerings/index.js";
import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet/index.js";
import { DataAwsSubnets } from "@cdktf/provider-aws/lib/data-aws-subnets/index.js";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc/index.js";
import {
  conditional,
  Fn,
  type IResolvable,
  Op,
  TerraformSelf,
  TerraformVariable,
  Token,
} from "cdktf";
import { Construct } from "constructs";
import { RememberedChoice } from "./remembered-choice.ts";

export interface NetworkProps {
  /** `null`: the region's default VPC. */
  readonly vpcId: string | null;
  /** `null`: a subnet of the VPC that gives out public addresses, chosen once. */
  readonly publicSubnetId: string | null;
  /** `null`: any zone that offers the instance type. */
  readonly availabilityZone: string | null;
}

/**
 * The network that the host is placed in. Nothing of it is made here: it is looked up, and what does
 * not fit together is refused while Terraform still plans.
 */
export class Network extends Construct {
  readonly vpcId: string;
  readonly subnetId: string;

  constructor(scope: Construct, id: string, props: NetworkProps & { instanceType: string }) {
    super(scope, id);
    const vpcId = this.variable("vpc_id", "VPC of the host; empty: the default VPC", props.vpcId);
    const subnetId = this.variable(
      "public_subnet_id",
      "Public subnet of the host; empty: one of the VPC's",
      props.publicSubnetId,
    );
    const zone = this.variable(
      "availability_zone",
      "Availability zone of the host; empty: any that offers the instance type",
      props.availabilityZone,
    );

    const vpc = new DataAwsVpc(this, "vpc", {
      default: conditional(isGiven(vpcId), Token.nullValue(), true),
      id: Token.asString(conditional(isGiven(vpcId), vpcId, Token.nullValue())),
    });
    const offerings = new DataAwsEc2InstanceTypeOfferings(this, "offerings", {
      locationType: "availability-zone",
      filter: [{ name: "instance-type", values: [props.instanceType] }],
      lifecycle: {
        postcondition: [
          {
            condition: isGiven(TerraformSelf.getAny("locations")),
            errorMessage: `No zone of this region offers ${props.instanceType}. Choose another INSTANCE_TYPE.`,
          },
        ],
      },
    });
    const candidates = new DataAwsSubnets(this, "public", {
      filter: [
        { name: "vpc-id", values: [vpc.id] },
        { name: "map-public-ip-on-launch", values: ["true"] },
        {
          name: "availability-zone",
          values: Token.asList(conditional(isGiven(zone), Fn.tolist([zone]), offerings.locations)),
        },
      ],
    });
    const choice = new RememberedChoice(this, "chosen_subnet", {
      choice: Fn.try([Fn.element(Fn.sort(candidates.ids), 0), ""]),
      dependsOnValues: { vpc: vpc.id, zone },
      precondition: {
        condition: Op.or(isGiven(subnetId), isGiven(candidates.ids)),
        errorMessage: `${vpc.id} has no subnet that gives out public addresses in a zone that offers ${props.instanceType}. Set PUBLIC_SUBNET_ID, or another VPC_ID, AVAILABILITY_ZONE or INSTANCE_TYPE.`,
      },
    });

    const subnet = new DataAwsSubnet(this, "subnet", {
      id: Token.asString(conditional(isGiven(subnetId), subnetId, choice.value)),
      lifecycle: {
        postcondition: [
          {
            condition: Op.eq(TerraformSelf.getString("vpc_id"), vpc.id),
            errorMessage: `${TerraformSelf.getString("id")} is in ${TerraformSelf.getString("vpc_id")}, not in ${vpc.id}. Set VPC_ID=${TerraformSelf.getString("vpc_id")}, or a PUBLIC_SUBNET_ID of ${vpc.id}.`,
          },
          {
            condition: Op.or(
              Op.not(isGiven(zone)),
              Op.eq(TerraformSelf.getString("availability_zone"), zone),
            ),
            errorMessage: `${TerraformSelf.getString("id")} is in ${TerraformSelf.getString("availability_zone")}, not in ${zone}. Set AVAILABILITY_ZONE=${TerraformSelf.getString("availability_zone")}, or another PUBLIC_SUBNET_ID.`,
          },
          {
            condition: Fn.contains(
              offerings.locations,
              TerraformSelf.getString("availability_zone"),
            ),
            errorMessage: `${props.instanceType} is not offered in ${TerraformSelf.getString("availability_zone")}, where ${TerraformSelf.getString("id")} is. Choose another INSTANCE_TYPE or PUBLIC_SUBNET_ID.`,
          },
        ],
      },
    });

    this.vpcId = vpc.id;
    this.subnetId = subnet.id;
  }

  private variable(name: string, description: string, value: string | null): string {
    // The empty string stands for "not given": Terraform asks for a variable whose default is null
    // to be typed in, once CDKTF has left the null out.
    const variable = new TerraformVariable(this, name, {
      type: "string",
      description,
      default: value ?? "",
    });
    variable.overrideLogicalId(name);
    return variable.stringValue;
  }
}

// Not `== ""` and not `> 0`: CDKTF writes an empty string and a zero as `undefined`.
function isGiven(textOrList: string | readonly string[]): IResolvable {
  return Op.gte(Fn.lengthOf(textOrList), 1);
}
