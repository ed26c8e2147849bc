import { z } from "zod";
import {
  type AppClient,
  type AuthParameters,
  requireAppClient,
  requireUsername,
} from "../app-clients.ts";
import type { Question } from "../challenges/challenge.ts";
import { askPasswordProof } from "../challenges/password-verifier.ts";
import { beginWithChoice } from "../challenges/select-challenge.ts";
import { CognitoError, invalidParameter } from "../cognito-error.ts";
import { requirePassword } from "../sign-in/password.ts";
import { proceed, requireActiveUser } from "../sign-in/steps.ts";
import type { UserPool } from "../user-pool.ts";
import type { User } from "../users.ts";
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
    const user = requireActiveUser(pool, requireUsername(client, parameters));
    const question = begin[flow]?.(pool, user, parameters) ?? null;
    return signInAnswer(pool, client, proceed(pool, client, user, "first factor", question));
  },
});

type Flow = (typeof authFlows)[number];

/** How each flow begins: with a question, or with a password that came along and was right. */
const begin: Partial<
  Record<Flow, (pool: UserPool, user: User, parameters: AuthParameters) => Question | null>
> = {
  USER_PASSWORD_AUTH(pool, user, { PASSWORD: password }) {
    requirePassword(pool, user, password);
    return null;
  },
  USER_SRP_AUTH: (pool, user, { SRP_A: value }) => askPasswordProof(pool, user, value),
  USER_AUTH: beginWithChoice,
};

function requireFlow(client: AppClient, flow: Flow): void {
  if (flow.startsWith("ADMIN_")) throw invalidParameter("Initiate Auth method not supported.");
  // Rotation is on for every client of this pool, and this flow knows no rotation.
  if (flow === "REFRESH_TOKEN_AUTH" || flow === "REFRESH_TOKEN") {
    throw new CognitoError(
      "UnsupportedOperationException",
      "This API does not support refresh token rotation",
    );
  }
  if (client.authFlows.has(flow) && begin[flow] !== undefined) return;
  throw invalidParameter(
    flow === "USER_PASSWORD_AUTH"
      ? "USER_PASSWORD_AUTH flow not enabled for this client"
      : `${flow} is not enabled for the client.`,
  );
}
