import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";
import { readEnvironment } from "@cleanauth/common/environment.ts";
import { isLoopbackHost } from "@cleanauth/common/loopback.ts";
import { secretHash } from "../../client/sign-in/secret-hash.ts";
import { type Cognito, startCognito } from "../../local/cognito/start-cognito.ts";
import { openSession } from "../../server/testing/rpc.ts";
import { startTestServer, type TestServer } from "../../server/testing/test-server.ts";
import { startLocalStack } from "../chain/local-stack.ts";

/** What is attacked, and what an attacker may have: users of their own, and another pool. */
export interface Target {
  /** The server's origin, and the same by its address. */
  readonly url: string;
  readonly base: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly demo: Tokens;
  readonly admin: Tokens;
  /** A session of demo's. */
  readonly sessionId: string;
  /** A user pool of somebody else's, in the same region. */
  readonly otherPool: Cognito;
  readonly otherPoolToken: string;
  /**
   * A server of the same program whose pool's keys the attacks have: for tokens that are signed well
   * and should be refused all the same.
   */
  readonly keyed: TestServer;
  stop(): Promise<void>;
}

export interface Tokens {
  readonly access: string;
  readonly id: string;
}

/**
 * Starts the stack of `make start` on ports of its own, or takes the one that runs.
 *
 * @param url the origin of a server on loopback whose stack wrote `.cleanauth/local.env` in the current
 *   folder; undefined to start one
 * @throws AppError `usage_attack_target` when the URL is not on loopback: it is one's own server alone
 *   that may be attacked
 */
export async function prepareTarget(url: string | undefined): Promise<Target> {
  if (url !== undefined && !(URL.canParse(url) && isLoopbackHost(new URL(url).hostname))) {
    throw new AppError(
      "usage_attack_target",
      `${url} is not on this machine`,
      "Give the URL of a server on loopback, or none to have one started.",
    );
  }
  const password = "Attack-Password-9";
  const folder = mkdtempSync(join(tmpdir(), "cleanauth-attack-"));
  const stack =
    url === undefined
      ? await startLocalStack({ folder, environment: { CLEANAUTH_PASSWORD: password } })
      : null;
  const environment = stack?.environment ?? (await localEnvironment());
  const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
  const otherPool = await startCognito({ demoPassword: password, totpSecret });
  const keyed = await startTestServer();
  await keyed.untilHealthy();
  const { origin, port } = new URL(url ?? environment.MCP_SERVER_URL ?? "");
  const base = `http://127.0.0.1:${port}`;
  const pool = poolOf(environment);
  const [demo, admin] = [await signIn(pool, "demo"), await signIn(pool, "admin")];
  const foreign = await signIn(
    {
      url: otherPool.url,
      clientId: otherPool.clientId,
      clientSecret: otherPool.clientSecret,
      password,
    },
    "demo",
  );
  return {
    url: origin,
    base,
    environment,
    demo,
    admin,
    sessionId: await openSession(base, demo.access),
    otherPool,
    otherPoolToken: foreign.access,
    keyed,
    async stop() {
      await Promise.all([keyed.stop(), otherPool.close(), stack?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function localEnvironment(): Promise<Record<string, string>> {
  const environment = readEnvironment({}, [".cleanauth/local.env"]);
  if (environment.MCP_SERVER_URL !== undefined) return environment as Record<string, string>;
  throw new AppError(
    "usage_attack_target",
    "There is no .cleanauth/local.env in this folder",
    "Run make start in this folder first, or give no URL to have a stack started.",
  );
}

interface Pool {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly password: string;
}

function poolOf(environment: Readonly<Record<string, string>>): Pool {
  return {
    url: environment.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER ?? "",
    clientId: environment.COGNITO_CLIENT_ID ?? "",
    clientSecret: environment.COGNITO_CLIENT_SECRET ?? "",
    password: environment.CLEANAUTH_PASSWORD ?? "",
  };
}

async function signIn(pool: Pool, username: string): Promise<Tokens> {
  const response = await fetch(pool.url, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: pool.clientId,
      AuthParameters: {
        USERNAME: username,
        PASSWORD: pool.password,
        SECRET_HASH: secretHash(username, pool.clientId, pool.clientSecret),
      },
    }),
  });
  const answer = (await response.json()) as {
    AuthenticationResult?: { AccessToken: string; IdToken: string };
  };
  const { AuthenticationResult: tokens } = answer;
  if (tokens === undefined) throw new Error(`${username} cannot sign in: ${response.status}`);
  return { access: tokens.AccessToken, id: tokens.IdToken };
}
