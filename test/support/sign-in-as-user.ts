import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Environment } from "@cleanauth/common/environment.ts";
import { secretHash } from "../../client/sign-in/secret-hash.ts";

/**
 * Signs one of the demo users in, at the stand-in of a local stack.
 *
 * @param environment what the stack left in its settings file
 * @returns the access token
 */
export async function signInAsUser(environment: Environment, username: string): Promise<string> {
  const { COGNITO_CLIENT_ID: clientId = "", COGNITO_CLIENT_SECRET: secret = "" } = environment;
  const client = new CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: environment.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER ?? "",
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
  });
  const { AuthenticationResult } = await client.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: clientId,
      AuthParameters: {
        USERNAME: username,
        PASSWORD: environment.CLEANAUTH_PASSWORD ?? "",
        SECRET_HASH: secretHash(username, clientId, secret),
      },
    }),
  );
  return AuthenticationResult?.AccessToken ?? "";
}
