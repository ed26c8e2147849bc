import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { projectTag } from "@cleanauth/common/stack-settings.ts";
import {
  Lazy,
  LocalBackend,
  S3Backend,
  TerraformElement,
  TerraformStack,
  TerraformVariable,
} from "cdktf";
import type { Construct, Node } from "constructs";
import { Artifacts } from "./artifacts.ts";
import { ClientSecret } from "./client-secret.ts";
import { CallerHome } from "./home.ts";
import { Host } from "./host.ts";
import { HostRole } from "./host-role.ts";
import { type Identity, UserPool } from "./identity.ts";
import { Network, type NetworkProps } from "./network.ts";
import { redirectUris } from "./redirect-uris.ts";
import { RuleExpiry } from "./rule-expiry.ts";
import { HostSecurityGroup } from "./security-group.ts";
import { declareOutputs, type StackOutputs } from "./stack-outputs.ts";

export interface AuthHostStackProps {
  /** Also the prefix of every name. */
  readonly name: string;
  readonly owner: string;
  readonly environmentName: string;
  readonly network: NetworkProps;
  readonly instanceType: string;
  readonly modelId: string;
  readonly identity: OwnPool | GivenPool;
  /** What callers call the server; `null`: the host's own address, over plain HTTP. */
  readonly publicUrl: string | null;
  /** `null`: the state is a file in the project directory. */
  readonly stateBucket: string | null;
}

interface OwnPool {
  readonly kind: "own";
  readonly domainPrefix: string | null;
  readonly deletionProtection: boolean;
  readonly requiresMfa: boolean;
}

interface GivenPool extends Identity {
  readonly kind: "given";
  readonly hasClientSecret: boolean;
}

/** The host, and everything that it and its users need in AWS. */
export class AuthHostStack extends TerraformStack {
  readonly outputs: StackOutputs;

  /**
   * @param props.projectDirectory the project's directory as seen from the directory that the stack
   *   is synthesised to
   */
  constructor(scope: Construct, props: AuthHostStackProps & { projectDirectory: string }) {
    super(scope, props.name);
    this.declareTerraform(props);
    const home = new CallerHome(this, "home");

    const network = new Network(this, "network", {
      ...props.network,
      instanceType: props.instanceType,
    });
    // The host comes last, and the pool's browser client has to know its name.
    const hostName = Lazy.stringValue({ produce: () => host.publicDns });
    const { identity, clientSecret } = this.identity(props, home, hostName);
    const secret =
      clientSecret === null
        ? null
        : new ClientSecret(this, "client_secret", {
            name: `/mcp-auth/${props.environmentName}/client-secret`,
            value: clientSecret,
          });
    const artifacts = new Artifacts(this, "artifacts", { namePrefix: props.name });
    const role = new HostRole(this, "host_role", {
      namePrefix: props.name,
      home,
      modelId: props.modelId,
      secretParameterArn: secret?.parameterArn ?? null,
      bucketArn: artifacts.bucketArn,
    });
    const securityGroup = new HostSecurityGroup(this, "security", {
      namePrefix: props.name,
      vpcId: network.vpcId,
    });
    const ruleExpiry = new RuleExpiry(this, "rule_expiry", {
      namePrefix: props.name,
      home,
      securityGroupId: securityGroup.securityGroupId,
    });
    const host = new Host(this, "host", {
      instanceType: props.instanceType,
      subnetId: network.subnetId,
      securityGroupId: securityGroup.securityGroupId,
      instanceProfileName: role.instanceProfileName,
      startsAfter: [...role.policies, securityGroup.egressRule],
    });

    this.outputs = declareOutputs(this, {
      home,
      host,
      identity,
      securityGroupId: securityGroup.securityGroupId,
      ruleExpiryRoleArn: ruleExpiry.roleArn,
      artifactBucket: artifacts.bucketName,
      secretParameterName: secret?.parameterName ?? "",
      publicUrl: props.publicUrl,
    });
  }

  private declareTerraform(props: AuthHostStackProps & { projectDirectory: string }): void {
    // 1.10 is the first with locks in S3 itself.
    this.addOverride("terraform.required_version", ">= 1.10.0");
    // The bindings speak version 6; what is used of them here, 5.100 understands as well.
    this.addOverride("terraform.required_providers.aws.version", ">= 5.100.0, < 7.0.0");
    new AwsProvider(this, "aws", {
      defaultTags: [
        {
          tags: {
            [projectTag.key]: projectTag.value,
            Owner: props.owner,
            Environment: props.environmentName,
          },
        },
      ],
    });
    if (props.stateBucket === null) {
      new LocalBackend(this, { path: `${props.projectDirectory}/terraform.${props.name}.tfstate` });
      return;
    }
    new S3Backend(this, {
      bucket: props.stateBucket,
      key: `${props.name}.tfstate`,
      encrypt: true,
    });
    this.addOverride("terraform.backend.s3.use_lockfile", true);
  }

  private identity(
    props: AuthHostStackProps,
    home: CallerHome,
    hostName: string,
  ): { identity: Identity; clientSecret: string | null } {
    const { identity } = props;
    if (identity.kind === "own") {
      const pool = new UserPool(this, "identity", {
        namePrefix: props.name,
        home,
        domainPrefix: identity.domainPrefix,
        deletionProtection: identity.deletionProtection,
        requiresMfa: identity.requiresMfa,
        redirectUris: redirectUris(props.publicUrl, hostName),
      });
      return { identity: pool, clientSecret: pool.clientSecret };
    }
    if (!identity.hasClientSecret) return { identity, clientSecret: null };
    const secret = new TerraformVariable(this, "cognito_client_secret", {
      type: "string",
      sensitive: true,
      description: "Secret of the given app client; set it as TF_VAR_cognito_client_secret",
    });
    return { identity, clientSecret: secret.stringValue };
  }

  /** Names as a person would write them: the path of constructs, without CDKTF's digest behind it. */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    return node.scopes
      .slice(node.scopes.indexOf(this) + 1)
      .map((scope) => scope.node.id)
      .join("_");
  }
}
