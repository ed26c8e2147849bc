import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  type UserPoolClientType,
} from "@aws-sdk/client-cognito-identity-provider";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { StackSettings } from "@cleanauth/common/stack-settings.ts";
import { callAws } from "./aws-call.ts";
import { awsErrorName } from "./aws-failure.ts";

/**
 * Checks a pool that was given instead of one of the stack's own: that it and its clients exist, and
 * that the secret is the client's. Nothing is checked when none was given.
 *
 * @param cognito a client of the pool's region
 * @throws AppError `configuration_pool`, `configuration_client`, `configuration_client_secret`
 */
export async function checkGivenPool(
  cognito: CognitoIdentityProviderClient,
  settings: StackSettings,
): Promise<void> {
  const { COGNITO_POOL_ID: poolId, COGNITO_CLIENT_ID: clientId } = settings;
  if (poolId === undefined || clientId === undefined) return;
  await callAws("cognito-idp:DescribeUserPool", poolId, () =>
    cognito.send(new DescribeUserPoolCommand({ UserPoolId: poolId })).catch((error: unknown) => {
      if (awsErrorName(error) !== "ResourceNotFoundException") throw error;
      throw new AppError(
        "configuration_pool",
        `There is no user pool ${poolId}`,
        "Correct COGNITO_POOL_ID, or leave the COGNITO_ variables unset to get a pool of the stack's own.",
        { cause: error },
      );
    }),
  );
  checkSecret(await describeClient(cognito, poolId, "COGNITO_CLIENT_ID", clientId), settings);
  const publicClientId = settings.COGNITO_PUBLIC_CLIENT_ID;
  if (publicClientId === undefined) return;
  const publicClient = await describeClient(
    cognito,
    poolId,
    "COGNITO_PUBLIC_CLIENT_ID",
    publicClientId,
  );
  if (publicClient.ClientSecret === undefined) return;
  throw new AppError(
    "configuration_client",
    `App client ${publicClientId} has a secret`,
    "Set COGNITO_PUBLIC_CLIENT_ID to a client without one, or leave it unset.",
  );
}

async function describeClient(
  cognito: CognitoIdentityProviderClient,
  poolId: string,
  name: string,
  clientId: string,
): Promise<UserPoolClientType> {
  const command = new DescribeUserPoolClientCommand({ UserPoolId: poolId, ClientId: clientId });
  const { UserPoolClient } = await callAws("cognito-idp:DescribeUserPoolClient", clientId, () =>
    cognito.send(command).catch((error: unknown) => {
      if (awsErrorName(error) !== "ResourceNotFoundException") throw error;
      throw new AppError(
        "configuration_client",
        `User pool ${poolId} has no app client ${clientId}`,
        `Correct ${name}.`,
        { cause: error },
      );
    }),
  );
  return UserPoolClient ?? {};
}

function checkSecret(client: UserPoolClientType, settings: StackSettings): void {
  const given = settings.COGNITO_CLIENT_SECRET;
  if (client.ClientSecret === given) return;
  const refuse = (message: string, hint: string) =>
    new AppError("configuration_client_secret", message, hint);
  if (given === undefined) {
    throw refuse(
      `App client ${client.ClientId} has a secret, and COGNITO_CLIENT_SECRET is not set`,
      "Set it to the client's secret, in .env rather than on the command line.",
    );
  }
  throw client.ClientSecret === undefined
    ? refuse(
        `App client ${client.ClientId} has no secret, and COGNITO_CLIENT_SECRET is set`,
        "Leave COGNITO_CLIENT_SECRET unset.",
      )
    : refuse(
        `COGNITO_CLIENT_SECRET is not the secret of app client ${client.ClientId}`,
        "Correct it.",
      );
}
