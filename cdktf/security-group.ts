import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { Construct } from "constructs";

export interface HostSecurityGroupProps {
  readonly namePrefix: string;
  readonly vpcId: string;
}

/**
 * Lets nothing in. Ports are opened from outside, for one address and for a while, by `make sg-open`;
 * rules written inside the group would make Terraform take those away again at the next apply, so the
 * only rule declared here is a resource of its own.
 */
export class HostSecurityGroup extends Construct {
  readonly securityGroupId: string;
  /** The host's way out to SSM. */
  readonly egressRule: VpcSecurityGroupEgressRule;

  constructor(scope: Construct, id: string, props: HostSecurityGroupProps) {
    super(scope, id);
    const group = new SecurityGroup(this, "group", {
      namePrefix: `${props.namePrefix}-`,
      description: "MCP server and web terminal: opened for one address at a time",
      vpcId: props.vpcId,
      tags: { Name: "MCP-Auth-Instance" },
      lifecycle: { createBeforeDestroy: true },
    });
    // SSM, Bedrock, Cognito, S3 and package archives all speak HTTPS. The VPC's resolver, time
    // service and instance metadata need no rule.
    // https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    this.egressRule = new VpcSecurityGroupEgressRule(this, "https", {
      securityGroupId: group.id,
      description: "HTTPS to AWS and to package archives",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "0.0.0.0/0",
    });
    this.securityGroupId = group.id;
  }
}
