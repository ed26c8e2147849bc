import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { SSMClient } from "@aws-sdk/client-ssm";
import { AppError } from "@cleanauth/common/app-error.ts";
import { readClientSecret } from "./aws/client-secret.ts";
import type { StackOutputs } from "./aws/stack-outputs.ts";
import { formatEnvironmentFile } from "./roles/environment-file.ts";
import type { HostSettings } from "./roles/host-settings.ts";
import { fingerprintOf } from "./roles/tls.ts";

// What `make bootstrap` leaves for `make chat` and `make attach` on this machine, so that nobody copies
// ids by hand. The client knows the same two paths; between the two there is no other contract.

/** Settings of the client for the deployed server; the client's secret is among them. */
export const clientSettingsFile = ".cleanauth/host.env";
/** The server's own certificate, trusted beside the usual ones. */
export const certificateFile = ".cleanauth/server-certificate.pem";

/**
 * Leaves what the client needs to reach the deployed server.
 *
 * @param certificate the host's, in PEM; `null` where it serves plain HTTP
 * @returns a line for the operator about each thing worth knowing
 */
export async function leaveClientAccess(
  outputs: StackOutputs,
  settings: HostSettings,
  certificate: string | null,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const { COGNITO_POOL_ID, COGNITO_CLIENT_ID, COGNITO_PUBLIC_CLIENT_ID, COGNITO_DOMAIN } =
    settings.serverEnvironment;
  const { AWS_REGION, BEDROCK_MODEL_ID } = settings.clientEnvironment;
  const secret = await readClientSecret(new SSMClient({ region: outputs.Region }), outputs).catch(
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      lines.push(`make chat will need COGNITO_CLIENT_SECRET in .env: ${error.message}`);
      return null;
    },
  );
  const variables = {
    MCP_SERVER_URL: `${settings.serverEnvironment.PUBLIC_URL}/mcp`,
    ...{ COGNITO_POOL_ID, COGNITO_CLIENT_ID, COGNITO_PUBLIC_CLIENT_ID, COGNITO_DOMAIN },
    COGNITO_CLIENT_SECRET: secret ?? undefined,
    ...{ AWS_REGION, BEDROCK_MODEL_ID },
  };
  const given = Object.entries(variables).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  mkdirSync(dirname(clientSettingsFile), { recursive: true, mode: 0o700 });
  writeFileSync(clientSettingsFile, formatEnvironmentFile(Object.fromEntries(given)), {
    mode: 0o600,
  });
  if (certificate === null) rmSync(certificateFile, { force: true });
  else {
    writeFileSync(certificateFile, certificate);
    lines.push(`certificate: ${certificateFile}, SHA-256 ${fingerprintOf(certificate)}`);
  }
  return [...lines, `make chat reaches ${variables.MCP_SERVER_URL}`];
}

/** Takes it away with the stack. */
export function removeClientAccess(): void {
  for (const file of [clientSettingsFile, certificateFile]) rmSync(file, { force: true });
}
