import { createHmac } from "node:crypto";
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createLogger } from "@cleanauth/common/log.ts";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Cognito, startCognito } from "../../local/cognito/start-cognito.ts";
import { parseServerConfig } from "../../server/config.ts";
import { type RunningServer, startServer } from "../../server/start-server.ts";
import { makeDataDir } from "../../server/testing/test-server.ts";

// The pool's keys out of reach, with the server and the stand-in as they are: an outage is nobody's
// bad token, and callers whose key is known do not notice it.

const demoPassword = "Korrekt-Pferd-9";
const dataDir = makeDataDir();
let cognito: Cognito;
let sdk: CognitoIdentityProviderClient;
let server: RunningServer;

beforeAll(async () => {
  cognito = await startCognito({ demoPassword, totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" });
  sdk = new CognitoIdentityProviderClient({ region: "us-east-1", endpoint: cognito.url });
  await control("", { documents: "down" });
  server = await startServer(
    parseServerConfig({
      PORT: "0",
      METRICS_PORT: "0",
      DATA_DIR: dataDir.path,
      COGNITO_POOL_ID: cognito.poolId,
      COGNITO_CLIENT_ID: cognito.clientId,
      CLEANAUTH_LOCAL: "1",
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url,
    }),
    { logger: createLogger("server", { write: () => {} }) },
  );
});
afterAll(async () => {
  await server?.stop();
  sdk?.destroy();
  await cognito?.close();
  dataDir.remove();
});

async function control(path: string, settings: object = {}): Promise<void> {
  const body = JSON.stringify(settings);
  const response = await fetch(`${cognito.url}/control${path}`, { method: "PUT", body });
  expect(response.status).toBe(200);
}

async function signIn(): Promise<string> {
  const { clientId, clientSecret } = cognito;
  const hash = createHmac("sha256", clientSecret).update(`demo${clientId}`).digest("base64");
  const { AuthenticationResult } = await sdk.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: clientId,
      AuthParameters: { USERNAME: "demo", PASSWORD: demoPassword, SECRET_HASH: hash },
    }),
  );
  return AuthenticationResult?.AccessToken ?? "";
}

async function initialize(token: string): Promise<Response> {
  const response = await fetch(`http://127.0.0.1:${server.port}/mcp`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "test", version: "1" },
      },
    }),
  });
  await response.text();
  return response;
}

/** Waits for a status; the server looks for a key again after a pause. */
const untilStatus = (token: string, status: number) =>
  vi.waitFor(async () => expect((await initialize(token)).status).toBe(status), {
    timeout: 40_000,
    interval: 200,
  });

it("an outage of the key server lasts as long as the outage, and hurts nobody whose key is known", async () => {
  // The server started in the middle of one: it cannot tell, and says when to come again.
  const known = await signIn();
  const unknown = await initialize(known);
  expect(unknown.status).toBe(503);
  expect(Number(unknown.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(unknown.headers.get("www-authenticate")).toBeNull();

  await control("", { documents: "up" });
  await untilStatus(known, 200);

  await control("", { documents: "down" });
  await control("/keys");
  const another = await signIn();
  expect((await initialize(another)).status).toBe(503);
  expect((await initialize(known)).status).toBe(200);
  expect((await initialize(await signIn())).status).toBe(503);

  await control("", { documents: "up" });
  await untilStatus(another, 200);
  expect((await initialize(known)).status).toBe(200);
}, 90_000);
