import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createLogger } from "@cleanauth/common/log.ts";
import { startCognito } from "@cleanauth/local/cognito/start-cognito.ts";
import { parseServerConfig } from "../../server/config.ts";
import { createMcpServerFactory } from "../../server/mcp/mcp-server.ts";
import { startServer } from "../../server/start-server.ts";
import { makeDataDir } from "../../server/testing/test-server.ts";
import { fixtureFeatures } from "./fixture/features.ts";
import { upstreamName } from "./prefixed-names.ts";
import { startTokenProxy } from "./token-proxy.ts";

const demoPassword = "Korrekt-Pferd-9";

/**
 * Starts this project's server with everything that a request goes through, the bearer check
 * included, in front of the tools, prompts and resources that the suite names. The suite sends no
 * token, so a proxy on loopback adds one of the stand-in's.
 *
 * @param upstream an entry of a servers file: the same things stand behind the gateway then
 * @returns the URL for the suite, which is the proxy's
 */
export async function startServerUnderTest(
  upstream?: object,
): Promise<{ url: string; stop(): Promise<void> }> {
  const cognito = await startCognito({
    demoPassword,
    totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  });
  const dataDir = makeDataDir();
  const serversFile = join(dataDir.path, "mcp-servers.json");
  const mcpServers = upstream === undefined ? {} : { [upstreamName]: upstream };
  writeFileSync(serversFile, JSON.stringify({ mcpServers }));
  const config = parseServerConfig({
    MCP_SERVERS_FILE: serversFile,
    PORT: "0",
    METRICS_PORT: "0",
    DATA_DIR: dataDir.path,
    COGNITO_POOL_ID: cognito.poolId,
    COGNITO_CLIENT_ID: cognito.clientId,
    CLEANAUTH_LOCAL: "1",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url,
    RATE_LIMIT_PER_MINUTE: "0",
  });
  const server = await startServer(config, {
    logger: createLogger("server", { write: () => {} }),
    ...(upstream === undefined && {
      createMcpServer: createMcpServerFactory(fixtureFeatures, "conformance"),
    }),
  });
  const token = await signIn(cognito);
  const isGateway = upstream !== undefined;
  const proxy = await startTokenProxy({ port: server.port, token, isGateway });
  return {
    url: proxy.url,
    async stop() {
      await proxy.stop();
      await server.stop();
      await cognito.close();
      dataDir.remove();
    },
  };
}

async function signIn(cognito: Awaited<ReturnType<typeof startCognito>>): Promise<string> {
  const { clientId, clientSecret, url } = cognito;
  const sdk = new CognitoIdentityProviderClient({ region: "us-east-1", endpoint: url });
  const hash = createHmac("sha256", clientSecret).update(`demo${clientId}`).digest("base64");
  const { AuthenticationResult } = await sdk.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: clientId,
      AuthParameters: { USERNAME: "demo", PASSWORD: demoPassword, SECRET_HASH: hash },
    }),
  );
  sdk.destroy();
  if (AuthenticationResult?.AccessToken === undefined) throw new Error("No token was issued");
  return AuthenticationResult.AccessToken;
}
