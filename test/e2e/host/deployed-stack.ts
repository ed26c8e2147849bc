import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Cognito } from "@cleanauth/local/cognito/start-cognito.ts";
import { parseStackOutputs, type StackOutputs } from "@cleanauth/scripts/aws/stack-outputs.ts";
import { furnishAccount } from "../aws/account.ts";
import { createClients } from "../aws/clients.ts";
import type { Emulator } from "../aws/emulator.ts";
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
    await putSecret(emulator, outputs, cognito.clientSecret);
    return {
      ...outputs,
      CognitoUserPoolId: cognito.poolId,
      CognitoClientId: cognito.clientId,
      CognitoPublicClientId: cognito.publicClientId,
    };
  } finally {
    workplace.remove();
  }
}

/** Changes what the parameter with the client's secret holds. */
export async function putSecret(
  emulator: Emulator,
  { ClientSecretParameter: Name, Region: region }: StackOutputs,
  secret: string,
): Promise<void> {
  const ssm = new SSMClient({
    region,
    endpoint: emulator.url,
    credentials: { accessKeyId: "AKIAEMULATOR00000000", secretAccessKey: "emulator" },
  });
  await ssm.send(
    new PutParameterCommand({ Name, Type: "SecureString", Value: secret, Overwrite: true }),
  );
}
