import { appendFileSync } from "node:fs";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { secretHash } from "@cleanauth/client/sign-in/secret-hash.ts";
import { expect } from "vitest";
import {
  type ProgramResult,
  type RunOptions,
  repository,
  type Workplace,
} from "../../workplace.ts";
import { type BesideResult, runBesideHost } from "../beside-host.ts";
import type { Deployment } from "../deployment.ts";

/** What is done to a host and asked of it in the course of its life. */
export interface HostLife<Operator extends Workplace = Workplace> {
  deployment(): Deployment<Operator>;
  bootstrap(options?: RunOptions): Promise<ProgramResult>;
  rollback(): Promise<ProgramResult>;
  /** Runs a script on the host. */
  onHost(script: string): Promise<string>;
  healthOf(port: number): Promise<{ status: string }>;
  /** The process id of one of pm2's apps. */
  processOf(app: string): Promise<string>;
  currentRelease(): Promise<string>;
  /** Reboots the host and waits until both programs answer. */
  reboot(): Promise<void>;
  /** Signs the demo user in. */
  accessToken(): Promise<string>;
  /** Asks a question through the deployed server. */
  chat(question: string, serverUrl?: string): Promise<BesideResult>;
}

const backSeconds = 120;

/** @param deployment gives the deployment, once it is there */
export function createHostLife<Operator extends Workplace>(
  deployment: () => Deployment<Operator>,
): HostLife<Operator> {
  const onHost = (script: string) => deployment().host.run(script);
  const healthOf = async (port: number) =>
    JSON.parse(await onHost(`curl -sk --max-time 5 http://localhost:${port}/health`));
  return {
    deployment,
    onHost,
    healthOf,
    bootstrap: (options) => deployment().operator.run("bootstrap", options),
    rollback: () => deployment().operator.run("rollback"),
    processOf: async (app) => (await onHost(`/opt/cleanauth/bin/pm2 pid ${app}`)).trim(),
    currentRelease: async () =>
      (await onHost("basename $(readlink /opt/cleanauth/current)")).trim(),
    async reboot() {
      await deployment().host.reboot();
      await deployment().gateway.enter();
      for (const port of [8080, 8501]) {
        await expect
          .poll(() => healthOf(port).catch(String), { timeout: backSeconds * 1000 })
          .toMatchObject({ status: "ok" });
      }
    },
    accessToken: () => accessToken(deployment()),
    chat: (question, serverUrl) => chat(deployment(), question, serverUrl),
  };
}

async function accessToken({ cognito, password }: Deployment): Promise<string> {
  const client = new CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: cognito.url,
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
  });
  const { AuthenticationResult } = await client.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: cognito.clientId,
      AuthParameters: {
        USERNAME: "demo",
        PASSWORD: password,
        SECRET_HASH: secretHash("demo", cognito.clientId, cognito.clientSecret),
      },
    }),
  );
  return AuthenticationResult?.AccessToken ?? "";
}

function chat(
  { host, cognito, password, operator }: Deployment,
  question: string,
  serverUrl = "http://localhost:8080/mcp",
): Promise<BesideResult> {
  return runBesideHost(
    host,
    [join(repository, "client/main.ts"), serverUrl, "demo", "--prompt", question, "--json"],
    {
      HOME: operator.directory,
      NODE_EXTRA_CA_CERTS: join(operator.directory, "authority.pem"),
      COGNITO_POOL_ID: cognito.poolId,
      COGNITO_CLIENT_ID: cognito.clientId,
      COGNITO_CLIENT_SECRET: cognito.clientSecret,
      CLEANAUTH_PASSWORD: password,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "operator",
      AWS_SECRET_ACCESS_KEY: "operator",
    },
  );
}

/** The numbers of a recap of one host. */
export function recapOf(stdout: string) {
  const [, ok, changed, unreachable, failed] =
    /ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)/.exec(stdout) ?? [];
  return {
    ok: Number(ok),
    changed: Number(changed),
    unreachable: Number(unreachable),
    failed: Number(failed),
  };
}

/** How long the tasks of a run took that match, in seconds. */
export function taskSeconds(stdout: string, pattern: RegExp): number {
  const tasks = stdout.matchAll(/^TASK \[(.*)\] \*+\n(?:.*\n)*?.*\((?:(\d+)m )?([\d.]+)s\)$/gm);
  return [...tasks]
    .filter(([, name = ""]) => pattern.test(name))
    .reduce((sum, [, , minutes = "0", seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0);
}

/** Prints a measured figure, and keeps it among the results. */
export function figure(what: string, value: string): void {
  console.log(`${what}: ${value}`);
  appendFileSync(join(repository, "test/e2e/results/figures.txt"), `${what}: ${value}\n`);
}
