import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { callAws } from "../../aws/aws-call.ts";
import { awsErrorName } from "../../aws/aws-failure.ts";
import type { StackOutputs } from "../../aws/stack-outputs.ts";
import { type Check, failed, ok, type Verdict } from "../check.ts";

export interface PoolProbe {
  readonly poolId: string;
  readonly poolExists: boolean;
  readonly clientId: string;
  /** `null` when the pool has no such client. */
  readonly client: { readonly flows: readonly string[]; readonly hasSecret: boolean } | null;
  /** Whether the stack keeps a secret of the client. */
  readonly keepsSecret: boolean;
}

const passwordFlow = "ALLOW_USER_PASSWORD_AUTH";

/** Whether the pool and the client are there, and sign-in with user name and password is on. */
export function judgePool(probe: PoolProbe): Verdict {
  const { poolId, clientId, client } = probe;
  if (!probe.poolExists) {
    return failed(`there is no user pool ${poolId}`, "make outputs; make deploy makes one anew");
  }
  if (client === null) {
    return failed(
      `${poolId} has no app client ${clientId}`,
      "make deploy, with the right COGNITO_CLIENT_ID where the pool is one of your own; then make bootstrap",
    );
  }
  if (!client.flows.includes(passwordFlow)) {
    return failed(
      `${clientId} does not let users sign in with a password: ${passwordFlow} is off`,
      "make deploy switches it on in the stack's own pool; in another one, the Cognito console does",
    );
  }
  if (client.hasSecret && !probe.keepsSecret) {
    return failed(
      `${clientId} has a secret, and the stack keeps none`,
      "COGNITO_CLIENT_SECRET=… in .env, then make deploy and make bootstrap",
    );
  }
  return ok(`${poolId} and its client ${clientId}; sign-in with a password is on`);
}

export const poolCheck: Check = {
  id: "pool",
  title: "user pool and app client",
  needs: ["credentials", "outputs"],
  async run(context) {
    const { CognitoUserPoolId: poolId, CognitoClientId: clientId, ...outputs } = context.outputs();
    const cognito = context.clients.cognito();
    const pool = await unlessUnknown("cognito-idp:DescribeUserPool", poolId, () =>
      cognito.send(new DescribeUserPoolCommand({ UserPoolId: poolId })),
    );
    const client =
      pool === null
        ? null
        : await unlessUnknown("cognito-idp:DescribeUserPoolClient", clientId, () =>
            cognito.send(
              new DescribeUserPoolClientCommand({ UserPoolId: poolId, ClientId: clientId }),
            ),
          );
    return judgePool({
      poolId,
      poolExists: pool !== null,
      clientId,
      client:
        client === null
          ? null
          : {
              flows: client.UserPoolClient?.ExplicitAuthFlows ?? [],
              hasSecret: client.UserPoolClient?.ClientSecret !== undefined,
            },
      keepsSecret: keepsSecret(outputs),
    });
  },
};

function keepsSecret({ ClientSecretParameter }: Pick<StackOutputs, "ClientSecretParameter">) {
  return ClientSecretParameter !== "";
}

async function unlessUnknown<Result>(
  action: string,
  resource: string,
  send: () => Promise<Result>,
): Promise<Result | null> {
  return callAws(action, resource, () =>
    send().catch((error: unknown) => {
      if (awsErrorName(error) === "ResourceNotFoundException") return null;
      throw error;
    }),
  );
}
