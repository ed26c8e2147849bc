import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { AppError } from "@cleanauth/common/app-error.ts";
import { callAws } from "./aws-call.ts";
import { awsErrorName } from "./aws-failure.ts";

/** A resource that is about to be made, with its attributes as far as they are known. */
export interface NewResource {
  readonly type: string;
  readonly after: Readonly<Record<string, unknown>>;
}

/**
 * Refuses to make what is there already under the same name: otherwise the apply would stop half-way.
 * Most names of the stack end in something random; these do not. A domain that another account has
 * cannot be seen from here.
 *
 * @param resources what the plan makes
 * @throws AppError `name_taken`
 */
export async function checkNames(
  clients: { readonly ssm: SSMClient; readonly cognito: CognitoIdentityProviderClient },
  resources: readonly NewResource[],
): Promise<void> {
  for (const { type, after } of resources) {
    if (type === "aws_ssm_parameter") await checkParameter(clients.ssm, String(after.name));
    if (type === "aws_cognito_user_pool_domain" && typeof after.domain === "string") {
      await checkDomain(clients.cognito, after.domain);
    }
  }
}

async function checkParameter(ssm: SSMClient, name: string): Promise<void> {
  // Without decryption: whether it is there is all that is asked.
  const found = await callAws("ssm:GetParameter", name, () =>
    ssm.send(new GetParameterCommand({ Name: name })).catch((error: unknown) => {
      if (awsErrorName(error) === "ParameterNotFound") return null;
      throw error;
    }),
  );
  if (found === null) return;
  throw new AppError(
    "name_taken",
    `The parameter ${name} exists already, and is not in this stack's state`,
    "Set another ENVIRONMENT_NAME, or STATE_BUCKET to where the state of that stack is.",
  );
}

async function checkDomain(cognito: CognitoIdentityProviderClient, domain: string): Promise<void> {
  const { DomainDescription: found } = await callAws(
    "cognito-idp:DescribeUserPoolDomain",
    domain,
    () => cognito.send(new DescribeUserPoolDomainCommand({ Domain: domain })),
  );
  if (found?.UserPoolId === undefined) return;
  throw new AppError(
    "name_taken",
    `The domain ${domain} belongs to user pool ${found.UserPoolId} already`,
    "Set COGNITO_DOMAIN_PREFIX to another prefix.",
  );
}
