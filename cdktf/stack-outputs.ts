import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Home } from "./home.ts";
import type { Identity } from "./identity.ts";

export interface StackOutputProps {
  readonly home: Home;
  readonly host: {
    readonly instanceId: string;
    readonly publicIp: string;
    readonly publicDns: string;
  };
  readonly identity: Identity;
  readonly securityGroupId: string;
  /** What the schedules of `make sg-open` act as. */
  readonly ruleExpiryRoleArn: string;
  readonly artifactBucket: string;
  /** Empty where there is no secret. */
  readonly secretParameterName: string;
  readonly publicUrl: string | null;
}

export type StackOutputs = ReturnType<typeof declareOutputs>;

const serverPort = 8080;
const webTerminalPort = 8501;

/**
 * Declares what operators and scripts learn from the stack: references, ids and commands to paste,
 * never a secret's value.
 *
 * @param stack where the outputs are declared
 * @returns the outputs, by their names in Terraform
 */
export function declareOutputs(stack: Construct, props: StackOutputProps) {
  const { home, host, identity, securityGroupId } = props;
  const openPort = (port: number) =>
    `aws ec2 authorize-security-group-ingress --region ${home.region} --group-id ${securityGroupId} --protocol tcp --port ${port} --cidr "$(curl -s https://checkip.amazonaws.com)/32"`;
  const serverUrl = props.publicUrl ?? `http://${host.publicDns}:${serverPort}`;

  const values = {
    InstancePublicDNS: [host.publicDns, "Name of the host's Elastic IP"],
    InstancePublicIP: [host.publicIp, "The host's Elastic IP"],
    InstanceId: [host.instanceId, "The host"],
    SSMConnectCommand: [
      `aws ssm start-session --region ${home.region} --target ${host.instanceId}`,
      "Opens a shell on the host",
    ],
    ClientConnectionCommand: [
      `npm run -s chat -- ${serverUrl}/mcp`,
      "Starts the terminal client against the host",
    ],
    SecurityGroupUpdateCommand: [
      openPort(serverPort),
      "Lets the address that it is run from reach the MCP server",
    ],
    SecurityGroupUpdateCommand2: [
      openPort(webTerminalPort),
      "Lets the address that it is run from reach the web terminal",
    ],
    SecurityGroupId: [securityGroupId, "The host's security group"],
    RuleExpiryRoleArn: [props.ruleExpiryRoleArn, "Role that ends the rules of make sg-open"],
    ArtifactBucket: [props.artifactBucket, "Bucket of artifacts and command output"],
    CognitoUserPoolId: [identity.poolId, "The user pool"],
    CognitoClientId: [identity.clientId, "App client of the terminal client"],
    CognitoPublicClientId: [identity.publicClientId, "App client of browser sign-in"],
    CognitoDomain: [identity.domain, "Host name of managed login"],
    CognitoRegion: [identity.region, "Region of the user pool"],
    ClientSecretParameter: [
      props.secretParameterName,
      "Name of the parameter that holds the app client's secret",
    ],
    Region: [home.region, "Region of the host"],
    AccountId: [home.accountId, "Account that the stack is in"],
  } as const;

  return Object.fromEntries(
    Object.entries(values).map(([name, [value, description]]) => [
      name,
      new TerraformOutput(stack, name, { value, description }),
    ]),
  ) as Record<keyof typeof values, TerraformOutput>;
}
