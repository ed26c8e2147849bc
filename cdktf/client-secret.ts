import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter/index.js";
import { Construct } from "constructs";

export interface ClientSecretProps {
  /** The parameter's name, a path. */
  readonly name: string;
  /** The secret: a reference to a sensitive value, never a literal. */
  readonly value: string;
}

/** The app client's secret where the host can read it with its own role, and nobody reads it along. */
export class ClientSecret extends Construct {
  readonly parameterName: string;
  readonly parameterArn: string;

  constructor(scope: Construct, id: string, props: ClientSecretProps) {
    super(scope, id);
    const parameter = new SsmParameter(this, "parameter", {
      name: props.name,
      description: "Secret of the Cognito app client that the terminal client signs in with",
      type: "SecureString",
      value: props.value,
    });
    this.parameterName = parameter.name;
    this.parameterArn = parameter.arn;
  }
}
