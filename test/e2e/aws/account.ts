import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";

/** The ids of an account that a stack can be deployed to, and of what it cannot be deployed to. */
export interface Account {
  readonly defaultVpcId: string;
  /** A second VPC, with a subnet in us-east-1b whose routes stay inside. */
  readonly otherVpcId: string;
  readonly isolatedSubnetId: string;
}

/**
 * Furnishes an empty emulator as AWS furnishes a new account: with a way from the default VPC to the
 * internet, which moto leaves out; and with a VPC that has none.
 */
export async function furnishAccount(ec2: EC2Client): Promise<Account> {
  const { Vpcs: [defaultVpc] = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  const defaultVpcId = defaultVpc?.VpcId ?? "";
  const { InternetGateway: gateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const { RouteTables: [mainTable] = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [defaultVpcId] }] }),
  );
  await ec2.send(
    new AttachInternetGatewayCommand({
      VpcId: defaultVpcId,
      InternetGatewayId: gateway?.InternetGatewayId,
    }),
  );
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: mainTable?.RouteTableId,
      DestinationCidrBlock: "0.0.0.0/0",
      GatewayId: gateway?.InternetGatewayId,
    }),
  );

  const { Vpc: other } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
  const { Subnet: isolated } = await ec2.send(
    new CreateSubnetCommand({
      VpcId: other?.VpcId,
      CidrBlock: "10.9.1.0/24",
      AvailabilityZone: "us-east-1b",
    }),
  );
  const { RouteTable: table } = await ec2.send(
    new CreateRouteTableCommand({ VpcId: other?.VpcId }),
  );
  await ec2.send(
    new AssociateRouteTableCommand({
      RouteTableId: table?.RouteTableId,
      SubnetId: isolated?.SubnetId,
    }),
  );
  return {
    defaultVpcId,
    otherVpcId: other?.VpcId ?? "",
    isolatedSubnetId: isolated?.SubnetId ?? "",
  };
}
