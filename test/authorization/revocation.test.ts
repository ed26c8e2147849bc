import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AuthFlowType,
  CognitoIdentityProviderClient,
  GlobalSignOutCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createLogger } from "@cleanauth/common/log.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretHash } from "../../client/sign-in/secret-hash.ts";
import { type Cognito, startCognito } from "../../local/cognito/start-cognito.ts";
import { parseServerConfig } from "../../server/config.ts";
import { type RunningServer, startServer } from "../../server/start-server.ts";
import { initialize, post } from "../../server/testing/rpc.ts";

// What a server learns of a sign-out, with either verifier, from the stand-in for Cognito as it is.

const options = { demoPassword: "Korrekt-Pferd-9", totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" };
const logger = createLogger("server", { write: () => {} });
const folders: string[] = [];
let cognito: Cognito;

beforeAll(async () => {
  cognito = await startCognito(options);
});
afterAll(async () => {
  await cognito.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function startServerWith(
  settings: Record<string, string>,
  pool = cognito,
): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), "cleanauth-revocation-"));
  folders.push(folder);
  const config = parseServerConfig({
    PORT: "0",
    METRICS_PORT: "0",
    DATA_DIR: folder,
    COGNITO_POOL_ID: pool.poolId,
    COGNITO_CLIENT_ID: pool.clientId,
    CLEANAUTH_LOCAL: "1",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: pool.url,
    ...settings,
  });
  return startServer(config, { logger });
}

const sdkFor = ({ url }: Cognito) =>
  new CognitoIdentityProviderClient({ region: "us-east-1", endpoint: url });

async function signIn(username: string, pool = cognito): Promise<string> {
  const { AuthenticationResult } = await sdkFor(pool).send(
    new InitiateAuthCommand({
      AuthFlow: AuthFlowType.USER_PASSWORD_AUTH,
      ClientId: pool.clientId,
      AuthParameters: {
        USERNAME: username,
        PASSWORD: options.demoPassword,
        SECRET_HASH: secretHash(username, pool.clientId, pool.clientSecret),
      },
    }),
  );
  return AuthenticationResult?.AccessToken ?? "";
}

const signOut = (token: string) =>
  sdkFor(cognito).send(new GlobalSignOutCommand({ AccessToken: token }));

const call = (server: RunningServer, token: string) =>
  post(`http://127.0.0.1:${server.port}`, token, initialize);

describe("after GlobalSignOut", () => {
  it("the offline verifier goes on accepting the token until it expires", async () => {
    const server = await startServerWith({});
    const token = await signIn("demo");
    await signOut(token);
    expect((await call(server, token)).status).toBe(200);
    await server.stop();
  });

  it("the verifier with revocation refuses a token that it has not seen before at once", async () => {
    const server = await startServerWith({ REVOCATION_CHECK_SECONDS: "600" });
    const token = await signIn("demo");
    await signOut(token);
    const answer = await call(server, token);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain("The token was revoked");
    await server.stop();
  });

  it("the verifier with revocation refuses a token that it knows, once its word is too old", async () => {
    const server = await startServerWith({ REVOCATION_CHECK_SECONDS: "1" });
    const token = await signIn("admin");
    expect((await call(server, token)).status).toBe(200);
    await signOut(token);
    const signedOutAt = Date.now();
    let status = 200;
    while (status === 200 && Date.now() - signedOutAt < 15_000) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      status = (await call(server, token)).status;
    }
    expect(status).toBe(401);
    await server.stop();
  });
});

describe("with revocation, and Cognito out of reach", () => {
  it("responds 503 with Retry-After, not 401", async () => {
    const other = await startCognito(options);
    const server = await startServerWith({ REVOCATION_CHECK_SECONDS: "60" }, other);
    const [known, unknown] = [await signIn("demo", other), await signIn("demo", other)];
    expect((await call(server, known)).status).toBe(200);
    await other.close();
    const answer = await call(server, unknown);
    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
    expect(answer.headers["www-authenticate"]).toBeUndefined();
    expect((await call(server, known)).status).toBe(200);
    await server.stop();
  });
});

it("tells a client that asks for scopes of the one that GetUser needs", async () => {
  const server = await startServerWith({ REVOCATION_CHECK_SECONDS: "60" });
  const answer = await call(server, "none");
  expect(answer.headers["www-authenticate"]).toContain('scope="aws.cognito.signin.user.admin ');
  const metadata = await fetch(`${server.url}/.well-known/oauth-protected-resource/mcp`);
  expect(await metadata.json()).toMatchObject({
    scopes_supported: expect.arrayContaining(["aws.cognito.signin.user.admin"]),
  });
  await server.stop();
});
