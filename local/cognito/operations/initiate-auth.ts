import { z } from "zod";
import { type AppClient, requireAppClient, requireUsername } from "../app-clients.ts";
import { CognitoError, invalidParameter, missingParameter } from "../cognito-error.ts";
import { requirePassword } from "../sign-in/password.ts";
import { nextStep } from "../sign-in/steps.ts";
import { clientIdMember, nameMember, parametersMember } from "./members.ts";
import { defineOperation } from "./operation.ts";
import { signInAnswer } from "./sign-in-answer.ts";

const authFlows = [
  "USER_SRP_AUTH",
  "REFRESH_TOKEN_AUTH",
  "REFRESH_TOKEN",
  "CUSTOM_AUTH",
  "ADMIN_NO_SRP_AUTH",
  "USER_PASSWORD_AUTH",
  "ADMIN_USER_PASSWORD_AUTH",
  "USER_AUTH",
] as const;

/**
 * Begins a sign-in.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
 */
export const initiateAuth = defineOperation({
  name: "InitiateAuth",
  input: z.object({
    AuthFlow: nameMember(authFlows),
    ClientId: clientIdMember,
    AuthParameters: parametersMember.optional(),
  }),
  async handle(pool, { AuthFlow: flow, ClientId: clientId, AuthParameters: parameters = {} }) {
    const client = requireAppClient(pool.clients, clientId);
    requireFlow(client, flow);
    const username = requireUsername(client, parameters);
    const { PASSWORD: password } = parameters;
    if (password === undefined || password === "") throw missingParameter("PASSWORD");
    const user = await requirePassword(pool, username, password);
    return signInAnswer(pool, client, nextStep(pool, client, user, null));
  },
});

function requireFlow(client: AppClient, flow: (typeof authFlows)[number]): void {
  if (flow.startsWith("ADMIN_")) throw invalidParameter("Initiate Auth method not supported.");
  // Rotation is on for every client of this pool, and this flow knows no rotation.
  if (flow === "REFRESH_TOKEN_AUTH" || flow === "REFRESH_TOKEN") {
    throw new CognitoError(
      "UnsupportedOperationException",
      "This API does not support refresh token rotation",
    );
  }
  if (client.authFlows.has(flow)) return;
  throw invalidParameter(
    flow === "USER_PASSWORD_AUTH"
      ? "USER_PASSWORD_AUTH flow not enabled for this client"
      : `${flow} is not enabled for the client.`,
  );
}
