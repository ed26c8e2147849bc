import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { callAws } from "./aws-call.ts";
import type { StackOutputs } from "./stack-outputs.ts";

/**
 * The app client's secret, read from its parameter with the operator's own rights.
 *
 * @returns `null` for a client without one
 * @throws AppError `aws_…` when it may not be read
 */
export async function readClientSecret(
  ssm: SSMClient,
  { ClientSecretParameter: name }: Pick<StackOutputs, "ClientSecretParameter">,
): Promise<string | null> {
  if (name === "") return null;
  const request = new GetParameterCommand({ Name: name, WithDecryption: true });
  const { Parameter } = await callAws("ssm:GetParameter", name, () => ssm.send(request));
  return Parameter?.Value ?? null;
}
