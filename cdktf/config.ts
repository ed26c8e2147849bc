import { regionOfPool } from "@cleanauth/common/cognito-settings.ts";
import { type Environment, parseSettings } from "@cleanauth/common/environment.ts";
import { type StackSettings, stackSettings } from "@cleanauth/common/stack-settings.ts";
import type { AuthHostStackProps } from "./auth-host-stack.ts";

/**
 * Reads what the stack is made from out of the environment.
 *
 * @param environment what `readEnvironment` returned
 * @returns the stack's name and props
 * @throws AppError `configuration_invalid` that names every wrong variable at once
 */
export function readStackProps(environment: Environment): AuthHostStackProps {
  const settings = parseSettings(stackSettings, environment);
  return {
    name: `mcp-auth-${settings.ENVIRONMENT_NAME}`,
    owner: settings.OWNER,
    environmentName: settings.ENVIRONMENT_NAME,
    network: {
      vpcId: settings.VPC_ID ?? null,
      publicSubnetId: settings.PUBLIC_SUBNET_ID ?? null,
      availabilityZone: settings.AVAILABILITY_ZONE ?? null,
    },
    instanceType: settings.INSTANCE_TYPE,
    modelId: settings.BEDROCK_MODEL_ID,
    identity: readIdentity(settings),
    publicUrl: settings.PUBLIC_URL ?? null,
    stateBucket: settings.STATE_BUCKET ?? null,
  };
}

function readIdentity(settings: StackSettings): AuthHostStackProps["identity"] {
  const { COGNITO_POOL_ID: poolId, COGNITO_CLIENT_ID: clientId } = settings;
  if (poolId === undefined || clientId === undefined) {
    return {
      kind: "own",
      domainPrefix: settings.COGNITO_DOMAIN_PREFIX ?? null,
      deletionProtection: settings.DELETION_PROTECTION,
      requiresMfa: settings.REQUIRE_MFA,
    };
  }
  return {
    kind: "given",
    poolId,
    clientId,
    region: regionOfPool(poolId),
    publicClientId: settings.COGNITO_PUBLIC_CLIENT_ID ?? "",
    domain: settings.COGNITO_DOMAIN ?? "",
    // The secret itself goes to Terraform as a variable: what is synthesised lies about on the disk.
    hasClientSecret: settings.COGNITO_CLIENT_SECRET !== undefined,
  };
}
