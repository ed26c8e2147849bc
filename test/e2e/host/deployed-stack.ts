import { PutParameterCommand } from "@aws-sdk/client-ssm";
import type { Cognito } from "@cleanauth/local/cognito/start-cognito.ts";
import { parseStackOutputs, type StackOutputs } from "@cleanauth/scripts/aws/stack-outputs.ts";
import { furnishAccount } from "../aws/account.ts";
import { createClients } from "../aws/clients.ts";
import type { Emulator } from "../aws/emulator.ts";
import { sketchStack } from "../aws/sketched-stack.ts";
import { createWorkplace } from "../workplace.ts";

/**
 * Deploys the stack to the emulator, as `make deploy` does it, and puts the Cognito stand-in in the
 * place of the pool that was made there: the emulator's signs nobody in with any faith.
 *
 * @param name of the file with what was said
 */
export async function deployStack(
  name: string,
  emulator: Emulator,
  cognito: Cognito,
): Promise<StackOutputs> {
  await furnishAccount(createClients(emulator).ec2);
  const workplace = createWorkplace(`${name}-deploy`, emulator.environment);
  try {
    const { exitCode, stdout, stderr } = await workplace.run("deploy", { args: ["--json"] });
    if (exitCode !== 0) throw new Error(`make deploy ended with ${exitCode}: ${stderr}`);
    const outputs = parseStackOutputs(JSON.parse(stdout));
    return withPool(outputs, emulator, cognito);
  } finally {
    workplace.remove();
  }
}

/** A stack without Terraform, and the Cognito stand-in in the place of its pool. */
export async function sketchStackWithSecret(
  _name: string,
  emulator: Emulator,
  cognito: Cognito,
): Promise<StackOutputs> {
  const outputs = await sketchStack(emulator);
  return withPool(
    { ...outputs, ClientSecretParameter: "/mcp-auth/dev/client-secret" },
    emulator,
    cognito,
  );
}

async function withPool(
  outputs: StackOutputs,
  emulator: Emulator,
  cognito: Cognito,
): Promise<StackOutputs> {
  await putSecret(emulator, outputs, cognito.clientSecret);
  return {
    ...outputs,
    CognitoUserPoolId: cognito.poolId,
    CognitoClientId: cognito.clientId,
    CognitoPublicClientId: cognito.publicClientId,
  };
}

/** Changes what the parameter with the client's secret holds. */
export async function putSecret(
  emulator: Emulator,
  { ClientSecretParameter: Name }: StackOutputs,
  secret: string,
): Promise<void> {
  await createClients(emulator).ssm.send(
    new PutParameterCommand({ Name, Type: "SecureString", Value: secret, Overwrite: true }),
  );
}
