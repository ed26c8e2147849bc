import { createHmac } from "node:crypto";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
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
import { fixtureCompletion, fixturePrompts } from "./fixture/prompts.ts";
import { fixtureResources } from "./fixture/resources.ts";
import { fixtureTools } from "./fixture/tools.ts";

const demoPassword = "Korrekt-Pferd-9";

/**
 * Starts this project's server with everything that a request goes through, the bearer check
 * included, in front of the tools, prompts and resources that the suite names. The suite sends no
 * token, so a proxy on loopback adds one of the stand-in's.
 *
 * @returns the URL for the suite, which is the proxy's
 */
export async function startServerUnderTest(): Promise<{ url: string; stop(): Promise<void> }> {
  const cognito = await startCognito({
    demoPassword,
    totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  });
  const dataDir = makeDataDir();
  const config = parseServerConfig({
    PORT: "0",
    METRICS_PORT: "0",
    DATA_DIR: dataDir.path,
    COGNITO_POOL_ID: cognito.poolId,
    COGNITO_CLIENT_ID: cognito.clientId,
    CLEANAUTH_LOCAL: "1",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url,
    RATE_LIMIT_PER_MINUTE: "0",
  });
  const features = {
    tools: fixtureTools,
    prompts: fixturePrompts,
    resources: fixtureResources,
    complete: fixtureCompletion,
    subscribe: () => () => {},
  };
  const server = await startServer(config, {
    logger: createLogger("server", { write: () => {} }),
    createMcpServer: createMcpServerFactory(features, "conformance"),
  });
  const token = await signIn(cognito);
  const proxy = createServer((request, response) => forward(request, response, server.port, token));
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${(proxy.address() as AddressInfo).port}/mcp`,
    async stop() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
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

/** Host and Origin go through as they are, but for the proxy's own name, which becomes the server's. */
function forward(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  token: string,
): void {
  const proxyPort = (request.socket.address() as AddressInfo).port;
  const renamed = (value: string | undefined) => value?.replace(`:${proxyPort}`, `:${port}`);
  const { host, origin, ...others } = request.headers;
  const upstream = httpRequest(
    {
      host: "127.0.0.1",
      port,
      method: request.method,
      path: request.url,
      headers: {
        ...others,
        host: renamed(host),
        ...(origin === undefined ? {} : { origin: renamed(origin) }),
        authorization: `Bearer ${token}`,
      },
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    },
  );
  upstream.on("error", () => response.destroy());
  response.on("close", () => upstream.destroy());
  request.pipe(upstream);
}
