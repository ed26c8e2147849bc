import { DataAwsEc2InstanceType } from "@cdktf/provider-aws/lib/data-aws-ec2-instance-type/index.js";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter/index.js";
import { Eip } from "@cdktf/provider-aws/lib/eip/index.js";
import { Instance } from "@cdktf/provider-aws/lib/instance/index.js";
import { conditional, Fn, type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { RememberedChoice } from "./remembered-choice.ts";

export interface HostProps {
  readonly instanceType: string;
  readonly subnetId: string;
  readonly securityGroupId: string;
  readonly instanceProfileName: string;
  /** What the SSM agent needs at its first start. */
  readonly startsAfter: readonly ITerraformDependable[];
}

const rootVolumeGigabytes = 30;

/** The machine that runs server and client: Amazon Linux 2023, reached over SSM alone. */
export class Host extends Construct {
  readonly instanceId: string;
  readonly publicIp: string;
  readonly publicDns: string;

  constructor(scope: Construct, id: string, props: HostProps) {
    super(scope, id);
    const type = new DataAwsEc2InstanceType(this, "type", { instanceType: props.instanceType });
    const architecture = Token.asString(
      conditional(Fn.contains(type.supportedArchitectures, "arm64"), "arm64", "x86_64"),
    );
    // https://docs.aws.amazon.com/linux/al2023/ug/ec2.html#launch-via-aws-cli
    const image = new DataAwsSsmParameter(this, "image", {
      name: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
    });

    // AWS publishes a new image every few weeks; a running host keeps the one that it was made from.
    const chosenImage = new RememberedChoice(this, "chosen_image", {
      // The parameter is public; its plain `value` would turn the image into a secret of the plan.
      choice: image.insecureValue,
      dependsOnValues: { architecture, subnet: props.subnetId },
    });

    const instance = new Instance(this, "instance", {
      ami: chosenImage.value,
      instanceType: props.instanceType,
      subnetId: props.subnetId,
      vpcSecurityGroupIds: [props.securityGroupId],
      iamInstanceProfile: props.instanceProfileName,
      // Until the Elastic IP is there, SSM's agent needs another way out.
      associatePublicIpAddress: true,
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: "disabled",
      },
      rootBlockDevice: {
        volumeType: "gp3",
        volumeSize: rootVolumeGigabytes,
        encrypted: true,
        deleteOnTermination: true,
      },
      tags: { Name: "MCP-Auth-Instance" },
      dependsOn: [...props.startsAfter],
    });
    // An address of its own: the public one would change with every stop, and the outputs with it.
    const address = new Eip(this, "address", {
      domain: "vpc",
      instance: instance.id,
      tags: { Name: "MCP-Auth-Instance" },
    });

    this.instanceId = instance.id;
    this.publicIp = address.publicIp;
    this.publicDns = address.publicDns;
  }
}
