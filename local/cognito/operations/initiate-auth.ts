import { z } from "zod";
import {
  type AppClient,
  type AuthParameters,
  requireAppClient,
  requireUsername,
} from "../app-clients.ts";
import {
  CognitoError,
  invalidParameter,
  missingParameter,
  notAuthorized,
} from "../cognito-error.ts";
import { isPassword } from "../password-hash.ts";
import { SignInAttempts } from "../sign-in-attempts.ts";
import type { UserPool } from "../user-pool.ts";
import { type User, userKey } from "../users.ts";
import { clientIdMember, nameMember, parametersMember } from "./members.ts";
import { defineOperation } from "./operation.ts";
import { continueSignIn, requireActive } from "./sign-in-step.ts";

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
    const user = await requirePassword(pool, client, parameters);
    return continueSignIn(pool, client, user, null);
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

/**
 * Finds the user of a user name and checks the password. With `PreventUserExistenceErrors` enabled,
 * as here, an unknown name is treated as a known one with a wrong password: the same answer, the
 * same work, the same lockout.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
 */
async function requirePassword(
  pool: UserPool,
  client: AppClient,
  parameters: AuthParameters,
): Promise<User> {
  const username = requireUsername(client, parameters);
  const password = parameters.PASSWORD;
  if (password === undefined || password === "") throw missingParameter("PASSWORD");
  const user = pool.users.find(username);
  if (user !== undefined) requireActive(user);
  return pool.stepQueue.run(userKey(username), async () => {
    const attempts = user?.passwordAttempts ?? unknownUserAttempts(pool, username);
    if (!attempts.begin(pool.now())) throw notAuthorized("Password attempts exceeded");
    const hash = user?.passwordHash ?? pool.decoyPasswordHash;
    const matches = await isPassword(password, hash);
    if (user === undefined || !matches) {
      attempts.fail(pool.now());
      throw notAuthorized("Incorrect username or password.");
    }
    attempts.succeed();
    return user;
  });
}

function unknownUserAttempts(pool: UserPool, username: string): SignInAttempts {
  // No user name is longer than this; what is stored for one that nobody has must not be either.
  const key = userKey(username).slice(0, 128);
  const attempts = pool.unknownUserAttempts.get(key) ?? new SignInAttempts();
  pool.unknownUserAttempts.set(key, attempts);
  return attempts;
}
