import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { Construct } from "constructs";
import { artifactPrefix, commandOutputPrefix } from "./artifacts.ts";
import { modelResources } from "./bedrock-model.ts";
import type { Home } from "./home.ts";
import { type Statement, ssmAgentStatements } from "./ssm-agent-policy.ts";

export interface HostRoleProps {
  readonly namePrefix: string;
  readonly home: Home;
  readonly modelId: string;
  /** `null`: the given app client has no secret, so there is none to read. */
  readonly secretParameterArn: string | null;
  readonly bucketArn: string;
}

/** What the host may do in AWS: be reached over SSM, ask one model, read one secret and artifacts. */
export class HostRole extends Construct {
  readonly instanceProfileName: string;
  /** What must be there before a host starts: the agent waits long after a refusal. */
  readonly policies: readonly IamRolePolicy[];

  constructor(scope: Construct, id: string, props: HostRoleProps) {
    super(scope, id);
    const trust = new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["ec2.amazonaws.com"] }],
        },
      ],
    });
    const role = new IamRole(this, "role", {
      namePrefix: `${props.namePrefix}-host-`,
      description: "The host of the MCP server",
      assumeRolePolicy: trust.json,
    });

    const policies: Readonly<Record<string, Statement[]>> = {
      ssm_agent: ssmAgentStatements(props.home),
      model: modelStatements(props.modelId, props.home),
      artifacts: artifactStatements(props.bucketArn),
      ...(props.secretParameterArn !== null && {
        secret: secretStatements(props.secretParameterArn, props.home),
      }),
    };
    this.policies = Object.entries(policies).map(([name, statement]) => {
      const document = new DataAwsIamPolicyDocument(this, name, { statement });
      return new IamRolePolicy(this, `${name}_policy`, {
        role: role.id,
        name: name.replace("_", "-"),
        policy: document.json,
      });
    });

    const profile = new IamInstanceProfile(this, "profile", {
      namePrefix: `${props.namePrefix}-host-`,
      role: role.name,
    });
    this.instanceProfileName = profile.name;
  }
}

// IAM has no usable action of its own for Converse: it is allowed by InvokeModel, ConverseStream by
// InvokeModelWithResponseStream.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
function modelStatements(modelId: string, home: Home): Statement[] {
  const actions = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];
  const { profileArn, modelArns } = modelResources(modelId, home);
  if (profileArn === null) return [{ sid: "Model", actions, resources: [...modelArns] }];
  return [
    { sid: "Profile", actions, resources: [profileArn] },
    {
      sid: "ModelThroughProfile",
      actions,
      resources: [...modelArns],
      condition: [
        { test: "ArnEquals", variable: "bedrock:InferenceProfileArn", values: [profileArn] },
      ],
    },
  ];
}

function secretStatements(parameterArn: string, home: Home): Statement[] {
  return [
    { sid: "ClientSecret", actions: ["ssm:GetParameter"], resources: [parameterArn] },
    {
      // The key is the account's own for SSM, whose id cannot be known before its first use; what it
      // may decrypt is this one parameter, and only for SSM.
      // https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
      sid: "ClientSecretKey",
      actions: ["kms:Decrypt"],
      resources: [`arn:${home.partition}:kms:${home.region}:${home.accountId}:key/*`],
      condition: [
        {
          test: "StringEquals",
          variable: "kms:ViaService",
          values: [`ssm.${home.region}.amazonaws.com`],
        },
        {
          test: "StringEquals",
          variable: "kms:EncryptionContext:PARAMETER_ARN",
          values: [parameterArn],
        },
      ],
    },
  ];
}

function artifactStatements(bucketArn: string): Statement[] {
  return [
    {
      sid: "ReadArtifacts",
      actions: ["s3:GetObject"],
      resources: [`${bucketArn}/${artifactPrefix}*`],
    },
    {
      sid: "WriteCommandOutput",
      actions: ["s3:PutObject"],
      resources: [`${bucketArn}/${commandOutputPrefix}*`],
    },
  ];
}
