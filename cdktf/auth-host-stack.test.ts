import { describe, expect, test } from "vitest";
import { type SynthesisedStack, synthesise } from "./synthesised-stack.ts";

const own = synthesise({ OWNER: "김민수 / 플랫폼팀" });
const given = synthesise({
  COGNITO_POOL_ID: "us-west-2_AbCdEfGhI",
  COGNITO_CLIENT_ID: "1example23456789",
  COGNITO_CLIENT_SECRET: "GivenSecretThatMustNotLieAbout",
  COGNITO_DOMAIN: "https://login.example.com/",
  BEDROCK_MODEL_ID: "amazon.nova-lite-v1:0",
  STATE_BUCKET: "states-of-mine",
  VPC_ID: "vpc-0123456789abcdef0",
  PUBLIC_SUBNET_ID: "subnet-0123456789abcdef0",
  PUBLIC_URL: "https://mcp.example.com",
});

// A reference as Terraform's JSON has it.
const ref = (expression: string) => `\${${expression}}`;

interface Statement {
  sid?: string;
  effect?: string;
  actions: string[];
  resources?: string[];
  condition?: { test: string; variable: string; values: string[] }[];
}

// Statements of what the host's role may do; who may take on the role is a document apart.
function allowed(stack: SynthesisedStack): Statement[] {
  return stack.data
    .filter(({ type, name }) => type === "aws_iam_policy_document" && name.startsWith("host_role_"))
    .filter(({ name }) => name !== "host_role_trust")
    .flatMap(({ body }) => body.statement as Statement[]);
}

function statement(stack: SynthesisedStack, sid: string): Statement | undefined {
  return allowed(stack).find((candidate) => candidate.sid === sid);
}

function remembered(name: string) {
  return own.resources.find((resource) => resource.name === name)?.body;
}

describe("host", () => {
  const host = own.one("aws_instance");

  test("answers IMDSv2 only, and to itself only", () => {
    expect(host.metadata_options).toMatchObject({
      http_tokens: "required",
      http_put_response_hop_limit: 1,
    });
  });

  test("has an encrypted gp3 root volume of 30 GB", () => {
    expect(host.root_block_device).toMatchObject({
      encrypted: true,
      volume_type: "gp3",
      volume_size: 30,
    });
  });

  test("is not replaced by a newer image: the choice is remembered", () => {
    expect(host.ami).toBe(ref("terraform_data.host_chosen_image_choice.output"));
    expect(remembered("host_chosen_image_choice")?.lifecycle).toEqual({
      ignore_changes: ["input"],
    });
  });

  test("takes its image from the public parameter of Amazon Linux 2023, by the type's architecture", () => {
    expect(remembered("host_chosen_image_choice")?.input).toBe(
      ref("data.aws_ssm_parameter.host_image.insecure_value"),
    );
    const image = own.data.find(({ type }) => type === "aws_ssm_parameter");
    expect(image?.body.name).toMatch(/^\/aws\/service\/ami-amazon-linux-latest\/al2023-ami-/);
    expect(image?.body.name).toContain('supported_architectures, "arm64") ? "arm64" : "x86_64"');
  });

  test("keeps its address over a stop", () => {
    expect(own.one("aws_eip").instance).toBe(ref("aws_instance.host_instance.id"));
    expect(own.outputs.InstancePublicIP?.value).toBe(ref("aws_eip.host_address.public_ip"));
    expect(own.outputs.InstancePublicDNS?.value).toBe(ref("aws_eip.host_address.public_dns"));
  });

  test("has neither an SSH key nor user data", () => {
    expect(host).not.toHaveProperty("key_name");
    expect(host).not.toHaveProperty("user_data");
  });

  test("starts only when its role may talk to SSM and the way out is open", () => {
    expect(host.depends_on).toContain("aws_iam_role_policy.host_role_ssm_agent_policy");
    expect(host.depends_on).toContain("aws_vpc_security_group_egress_rule.security_https");
  });

  test("is named, and everything is tagged with project, owner and environment", () => {
    expect(host.tags).toEqual({ Name: "MCP-Auth-Instance" });
    expect(own.provider.default_tags).toEqual([
      { tags: { Project: "MCP-Auth", Owner: "김민수 / 플랫폼팀", Environment: "dev" } },
    ]);
  });
});

describe("network", () => {
  test("has no inbound rule", () => {
    const types = own.resources.map(({ type }) => type);
    expect(types).not.toContain("aws_vpc_security_group_ingress_rule");
    expect(types).not.toContain("aws_security_group_rule");
  });

  test("has no inline rule, so that rules added from outside survive an apply", () => {
    const group = own.one("aws_security_group");
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
  });

  test("lets the host out to HTTPS alone", () => {
    expect(own.one("aws_vpc_security_group_egress_rule")).toMatchObject({
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
    });
  });

  test("chooses a subnet once, so that a new one does not move the host", () => {
    expect(remembered("network_chosen_subnet_choice")?.lifecycle).toMatchObject({
      ignore_changes: ["input"],
    });
  });

  test("refuses a subnet of another VPC or zone, and a type that its zone does not offer", () => {
    const subnet = own.data.find(({ type }) => type === "aws_subnet");
    const lifecycle = subnet?.body.lifecycle as { postcondition: { condition: string }[] };
    expect(lifecycle.postcondition.map(({ condition }) => condition)).toEqual([
      ref("(self.vpc_id == data.aws_vpc.network_vpc.id)"),
      ref(
        "(!(length(var.availability_zone) >= 1) || (self.availability_zone == var.availability_zone))",
      ),
      ref(
        "contains(data.aws_ec2_instance_type_offerings.network_offerings.locations, self.availability_zone)",
      ),
    ]);
  });

  test("takes the ids that are given", () => {
    expect(given.variables.vpc_id?.default).toBe("vpc-0123456789abcdef0");
    expect(given.variables.public_subnet_id?.default).toBe("subnet-0123456789abcdef0");
  });
});

describe("role", () => {
  test("has no action with a wildcard", () => {
    for (const stack of [own, given]) {
      expect(
        allowed(stack)
          .flatMap(({ actions }) => actions)
          .join(" "),
      ).not.toContain("*");
    }
  });

  test("names every resource, but for actions that take none", () => {
    const onEverything = allowed(own).filter(({ resources }) => resources?.includes("*"));
    expect(onEverything.flatMap(({ actions }) => actions).sort()).toEqual([
      "ec2messages:AcknowledgeMessage",
      "ec2messages:DeleteMessage",
      "ec2messages:FailMessage",
      "ec2messages:GetEndpoint",
      "ec2messages:GetMessages",
      "ec2messages:SendReply",
      "ssm:GetDeployablePatchSnapshotForInstance",
      "ssm:GetManifest",
      "ssm:ListAssociations",
      "ssm:PutConfigurePackageResult",
      "ssm:PutInventory",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]);
  });

  test("reads one parameter, and no list or path of parameters", () => {
    const readers = allowed(own).filter(({ actions }) =>
      actions.some((action) => action.startsWith("ssm:GetParameter")),
    );
    expect(readers).toEqual([
      {
        sid: "ClientSecret",
        actions: ["ssm:GetParameter"],
        resources: [ref("aws_ssm_parameter.client_secret_parameter.arn")],
      },
    ]);
  });

  test("decrypts that parameter alone, through SSM alone", () => {
    expect(statement(own, "ClientSecretKey")?.condition).toEqual([
      {
        test: "StringEquals",
        variable: "kms:ViaService",
        values: [`ssm.${ref("data.aws_region.home_region.id")}.amazonaws.com`],
      },
      {
        test: "StringEquals",
        variable: "kms:EncryptionContext:PARAMETER_ARN",
        values: [ref("aws_ssm_parameter.client_secret_parameter.arn")],
      },
    ]);
  });

  test("invokes the configured inference profile, and its model through that profile alone", () => {
    const profile = `arn:${ref("data.aws_partition.home_partition.partition")}:bedrock:${ref("data.aws_region.home_region.id")}:${ref("data.aws_caller_identity.home_caller.account_id")}:inference-profile/global.anthropic.claude-haiku-4-5-20251001-v1:0`;
    expect(statement(own, "Profile")?.resources).toEqual([profile]);
    expect(statement(own, "ModelThroughProfile")).toMatchObject({
      actions: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
      resources: [
        `arn:${ref("data.aws_partition.home_partition.partition")}:bedrock:*::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0`,
      ],
      condition: [
        { test: "ArnEquals", variable: "bedrock:InferenceProfileArn", values: [profile] },
      ],
    });
  });

  test("invokes a configured foundation model, and no profile", () => {
    expect(statement(given, "Model")?.resources).toEqual([
      `arn:${ref("data.aws_partition.home_partition.partition")}:bedrock:*::foundation-model/amazon.nova-lite-v1:0`,
    ]);
    expect(statement(given, "Profile")).toBeUndefined();
  });

  test("reads artifacts and writes command output, and neither the other way round", () => {
    const bucket = ref("aws_s3_bucket.artifacts_bucket.arn");
    const onBucket = allowed(own).filter(({ actions }) =>
      actions.some((action) => action.startsWith("s3:")),
    );
    expect(onBucket.map(({ actions, resources }) => [actions, resources])).toEqual([
      [["s3:GetObject"], [`${bucket}/artifacts/*`]],
      [["s3:PutObject"], [`${bucket}/command-output/*`]],
    ]);
  });

  test("carries no managed policy", () => {
    expect(own.text).not.toMatch(/AmazonSSM|aws_iam_role_policy_attachment|managed_policy_arns/);
  });
});

describe("artifact bucket", () => {
  test("is closed to the public in all four ways", () => {
    expect(own.one("aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  test("is encrypted and versioned, and knows no access lists", () => {
    expect(own.one("aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
    ]);
    expect(own.one("aws_s3_bucket_versioning").versioning_configuration).toEqual({
      status: "Enabled",
    });
    expect(own.one("aws_s3_bucket_ownership_controls").rule).toEqual({
      object_ownership: "BucketOwnerEnforced",
    });
  });

  test("refuses whatever does not come over TLS", () => {
    const policy = own.data.find(({ name }) => name === "artifacts_tls_only");
    expect(policy?.body.statement).toMatchObject([
      {
        effect: "Deny",
        actions: ["s3:*"],
        condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      },
    ]);
  });

  test("lets artifacts, command output and unfinished uploads expire", () => {
    const { rule } = own.one("aws_s3_bucket_lifecycle_configuration") as {
      rule: { id: string; status: string }[];
    };
    expect(rule.map(({ id, status }) => [id, status])).toEqual([
      ["artifacts", "Enabled"],
      ["command-output", "Enabled"],
      ["unfinished-uploads", "Enabled"],
    ]);
  });

  test("is not emptied by Terraform", () => {
    expect(own.one("aws_s3_bucket")).not.toHaveProperty("force_destroy");
  });
});

describe("identity of the stack's own", () => {
  const client = own.resources.find(({ name }) => name === "identity_client")?.body ?? {};
  const publicClient =
    own.resources.find(({ name }) => name === "identity_public_client")?.body ?? {};

  test("asks for long passwords, offers TOTP, and lets nobody sign up unasked", () => {
    expect(own.one("aws_cognito_user_pool")).toMatchObject({
      password_policy: { minimum_length: 12, require_symbols: true },
      mfa_configuration: "OPTIONAL",
      software_token_mfa_configuration: { enabled: true },
      admin_create_user_config: { allow_admin_create_user_only: true },
    });
  });

  test("has managed login 2 with Cognito's own style on the tier that has it", () => {
    expect(own.one("aws_cognito_user_pool").user_pool_tier).toBe("ESSENTIALS");
    expect(own.one("aws_cognito_user_pool_domain").managed_login_version).toBe(2);
    const template = JSON.parse(String(own.one("aws_cloudformation_stack").template_body));
    expect(template.Resources.Style).toMatchObject({
      Type: "AWS::Cognito::ManagedLoginBranding",
      Properties: { UseCognitoProvidedValues: true, ClientId: { Ref: "ClientId" } },
    });
    expect(own.one("aws_cloudformation_stack").parameters).toMatchObject({
      ClientId: ref("aws_cognito_user_pool_client.identity_public_client.id"),
    });
  });

  test("has the groups admin and user", () => {
    const groups = own.resources.filter(({ type }) => type === "aws_cognito_user_group");
    expect(groups.map(({ body }) => body.name)).toEqual(["admin", "user"]);
  });

  test("signs the terminal in by password or SRP, with a secret", () => {
    expect(client).toMatchObject({
      generate_secret: true,
      explicit_auth_flows: ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
    });
  });

  test("signs browsers in by authorization code, without a secret, to fixed places", () => {
    expect(publicClient).toMatchObject({
      generate_secret: false,
      allowed_oauth_flows: ["code"],
      callback_urls: [
        "http://localhost:8765/callback",
        "http://localhost:8766/callback",
        "http://localhost:8767/callback",
        "http://localhost:8080/oauth/callback",
        `https://${ref("aws_eip.host_address.public_dns")}:8080/oauth/callback`,
      ],
    });
    expect(publicClient.allowed_oauth_scopes).toContain("mcp-auth/notes:write");
  });

  test.each([
    ["terminal", client],
    ["browser", publicClient],
  ])(
    "gives the %s short access tokens, rotates refresh tokens, and hides who exists",
    (_, body) => {
      expect(body).toMatchObject({
        access_token_validity: 15,
        token_validity_units: [{ access_token: "minutes" }],
        refresh_token_rotation: [{ feature: "ENABLED" }],
        enable_token_revocation: true,
        prevent_user_existence_errors: "ENABLED",
      });
      // Cognito refuses the two together.
      expect(body.explicit_auth_flows).not.toContain("ALLOW_REFRESH_TOKEN_AUTH");
    },
  );

  test("is protected against deletion when told so", () => {
    const kept = synthesise({ DELETION_PROTECTION: "1" });
    expect(kept.one("aws_cognito_user_pool").deletion_protection).toBe("ACTIVE");
    expect(own.one("aws_cognito_user_pool").deletion_protection).toBe("INACTIVE");
  });

  test("asks every user for a second factor only when told so", () => {
    const strict = synthesise({ REQUIRE_MFA: "1" });
    expect(strict.one("aws_cognito_user_pool").mfa_configuration).toBe("ON");
  });
});

describe("a given pool", () => {
  test("is named in the outputs, and no pool is made beside it", () => {
    expect(given.resources.filter(({ type }) => type.startsWith("aws_cognito_"))).toEqual([]);
    expect(given.outputs.CognitoUserPoolId?.value).toBe("us-west-2_AbCdEfGhI");
    expect(given.outputs.CognitoClientId?.value).toBe("1example23456789");
    expect(given.outputs.CognitoRegion?.value).toBe("us-west-2");
    expect(given.outputs.CognitoDomain?.value).toBe("login.example.com");
  });

  test("without a client secret leads to no parameter and no right to read one", () => {
    const secretless = synthesise({
      COGNITO_POOL_ID: "us-west-2_AbCdEfGhI",
      COGNITO_CLIENT_ID: "1example23456789",
    });
    expect(secretless.resources.map(({ type }) => type)).not.toContain("aws_ssm_parameter");
    expect(secretless.outputs.ClientSecretParameter?.value).toBe("");
    expect(statement(secretless, "ClientSecret")).toBeUndefined();
  });
});

describe("secret", () => {
  test("is a SecureString made from the created client, in no output", () => {
    expect(own.one("aws_ssm_parameter")).toMatchObject({
      type: "SecureString",
      value: ref("aws_cognito_user_pool_client.identity_client.client_secret"),
    });
    expect(JSON.stringify(own.outputs)).not.toContain("client_secret}");
    expect(own.outputs.ClientSecretParameter?.value).toBe(
      ref("aws_ssm_parameter.client_secret_parameter.name"),
    );
  });

  test("of a given client reaches Terraform as a sensitive variable, never as text", () => {
    expect(given.text).not.toContain("GivenSecretThatMustNotLieAbout");
    expect(given.variables.cognito_client_secret).toMatchObject({ sensitive: true });
    expect(given.one("aws_ssm_parameter").value).toBe(ref("var.cognito_client_secret"));
  });
});

describe("outputs", () => {
  const contract = [
    "InstancePublicDNS",
    "InstancePublicIP",
    "InstanceId",
    "SSMConnectCommand",
    "ClientConnectionCommand",
    "SecurityGroupUpdateCommand",
    "SecurityGroupUpdateCommand2",
    "SecurityGroupId",
    "ArtifactBucket",
    "CognitoUserPoolId",
    "CognitoClientId",
    "CognitoPublicClientId",
    "CognitoDomain",
    "CognitoRegion",
    "ClientSecretParameter",
  ];

  test.each([
    ["a pool of its own", own],
    ["a given pool", given],
  ])("are complete with %s", (_, stack) => {
    expect(Object.keys(stack.outputs)).toEqual(expect.arrayContaining(contract));
  });

  test("hold commands that can be pasted", () => {
    expect(own.outputs.SSMConnectCommand?.value).toBe(
      `aws ssm start-session --region ${ref("data.aws_region.home_region.id")} --target ${ref("aws_instance.host_instance.id")}`,
    );
    expect(own.outputs.SecurityGroupUpdateCommand?.value).toContain("--port 8080");
    expect(own.outputs.SecurityGroupUpdateCommand2?.value).toContain("--port 8501");
    expect(given.outputs.ClientConnectionCommand?.value).toBe(
      "npm run -s chat -- https://mcp.example.com/mcp",
    );
  });
});

describe("state", () => {
  test("is a file in the project when no bucket is named", () => {
    expect(own.terraform.backend).toEqual({
      local: { path: "../../../terraform.mcp-auth-dev.tfstate" },
    });
  });

  test("is encrypted and locked in the bucket that is named", () => {
    expect(given.terraform.backend).toEqual({
      s3: {
        bucket: "states-of-mine",
        key: "mcp-auth-dev.tfstate",
        encrypt: true,
        use_lockfile: true,
      },
    });
  });
});

test("no path, account or region of anybody is written into the stack", () => {
  expect(own.text).not.toContain(process.cwd());
  expect(own.text).not.toMatch(/\b\d{12}\b|\b[a-z]{2}-[a-z]+-\d\b|undefined/);
});
