import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { secretHash } from "@cleanauth/client/sign-in/secret-hash.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBesideHost } from "./beside-host.ts";
import { type Deployment, startDeployment } from "./deployment.ts";
import type { LoadPlan, LoadResult } from "./load-main.ts";
import { requireHostPrograms } from "./requirements.ts";

// From a bare host to a running service and through its life, in order: each part builds on those
// before it.

const repository = resolve(import.meta.dirname, "../../..");
let it_is: Deployment;

beforeAll(async () => {
  requireHostPrograms();
  it_is = await startDeployment("host");
});
afterAll(() => it_is?.remove());

const bootstrap = (...args: string[]) => it_is.operator.run("scripts/bootstrap.ts", { args });
const rollback = (...args: string[]) => it_is.operator.run("scripts/rollback.ts", { args });
const onHost = (script: string) => it_is.host.run(script);
const recapOf = (stdout: string) => {
  const [, ok, changed, unreachable, failed] =
    /ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)/.exec(stdout) ?? [];
  return {
    ok: Number(ok),
    changed: Number(changed),
    unreachable: Number(unreachable),
    failed: Number(failed),
  };
};
const healthOf = async (port: number) => {
  const answer = await onHost(`curl -sk --max-time 5 http://localhost:${port}/health`);
  return JSON.parse(answer) as { status: string };
};
const processOf = async (app: string) => (await onHost(`/opt/cleanauth/bin/pm2 pid ${app}`)).trim();
const currentRelease = async () =>
  (await onHost("basename $(readlink /opt/cleanauth/current)")).trim();

async function accessToken(): Promise<string> {
  const { cognito, password } = it_is;
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

function chat(question: string) {
  const { cognito, password, operator } = it_is;
  return runBesideHost(
    it_is.host,
    [
      join(repository, "client/main.ts"),
      "http://localhost:8080/mcp",
      "demo",
      "--prompt",
      question,
      "--json",
    ],
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
      WEATHER_API_URL: "https://api.weather.gov",
    },
  );
}

describe("a bare host", () => {
  it("with --check is told what would be done, and nothing is done", async () => {
    const before = await onHost("ls /opt /etc | sha256sum");
    const { exitCode, stdout } = await bootstrap("--check");
    expect(exitCode).toBe(0);
    expect(recapOf(stdout)).toMatchObject({ failed: 0, unreachable: 0 });
    expect(recapOf(stdout).changed).toBeGreaterThan(15);
    expect(await onHost("ls /opt /etc | sha256sum")).toBe(before);
  });

  it("becomes a healthy service in under a minute", async () => {
    const { exitCode, stdout, seconds } = await bootstrap();
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(recapOf(stdout)).toMatchObject({ failed: 0, unreachable: 0 });
    expect(await healthOf(8080)).toMatchObject({ status: "ok" });
    expect(await healthOf(8501)).toMatchObject({ status: "ok" });
    expect(seconds).toBeLessThan(60);
  });

  it("is left alone by the next run: one command, nothing changed, little CPU time", async () => {
    const sent = it_is.ssm.history.length;
    const { exitCode, stdout, cpuSeconds } = await bootstrap();
    expect(exitCode).toBe(0);
    expect(recapOf(stdout)).toMatchObject({ changed: 0, failed: 0 });
    expect(it_is.ssm.history.length - sent).toBe(1);
    expect(cpuSeconds).toBeLessThan(3.2);
  });

  it("answers a question through the deployed server", async () => {
    const { exitCode, stdout, stderr } = await chat("what is the forecast for 37.77, -122.42?");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const types = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(
      expect.arrayContaining(["signed_in", "connected", "tool_call", "tool_result", "done"]),
    );
  });
});

describe("a changed setting", () => {
  const changed = { environment: { MAX_SESSIONS: "321" } };

  it("is shown by --check --diff and not made", async () => {
    const before = await processOf("mcp-server");
    const { stdout } = await it_is.operator.run("scripts/bootstrap.ts", {
      args: ["--check", "--diff"],
      ...changed,
    });
    expect(stdout).toContain("+MAX_SESSIONS=321");
    expect(await onHost("cat /etc/cleanauth/server.env")).not.toContain("MAX_SESSIONS");
    expect(await processOf("mcp-server")).toBe(before);
  });

  it("reloads what it is for, and nothing else", async () => {
    const before = { server: await processOf("mcp-server"), client: await processOf("mcp-client") };
    const { stdout } = await it_is.operator.run("scripts/bootstrap.ts", changed);
    expect(recapOf(stdout)).toMatchObject({ changed: 2, failed: 0 });
    expect(await onHost("cat /etc/cleanauth/server.env")).toContain("MAX_SESSIONS=321");
    expect(await processOf("mcp-server")).not.toBe(before.server);
    expect(await processOf("mcp-client")).toBe(before.client);
  });

  it("is taken back like any other", async () => {
    expect(recapOf((await bootstrap()).stdout)).toMatchObject({ changed: 2, failed: 0 });
  });

  it("made by hand is put back, and shown with --diff", async () => {
    await onHost("echo HAND=made >> /etc/cleanauth/client.env");
    const { stdout } = await bootstrap("--diff");
    expect(stdout).toContain("-HAND=made");
    expect(recapOf(stdout)).toMatchObject({ failed: 0 });
    expect(await onHost("cat /etc/cleanauth/client.env")).not.toContain("HAND");
  });

  it("that the server refuses leaves the old one in service", async () => {
    const before = await processOf("mcp-server");
    const { exitCode, stdout } = await it_is.operator.run("scripts/bootstrap.ts", {
      environment: { TRUST_PROXY: "nonsense" },
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("TRUST_PROXY");
    expect(await processOf("mcp-server")).toBe(before);
    expect(await healthOf(8080)).toMatchObject({ status: "ok" });
    expect((await bootstrap()).exitCode).toBe(0);
  });
});

describe("a reload", () => {
  it("under 200 authenticated calls a second fails no request", async () => {
    const plan: LoadPlan = {
      url: "http://localhost:8080/mcp",
      token: await accessToken(),
      sessions: 10,
      callsPerSecond: 200,
      seconds: 10,
    };
    await it_is.operator.run("scripts/bootstrap.ts", {
      environment: { RATE_LIMIT_PER_MINUTE: "0" },
    });
    const load = runBesideHost(
      it_is.host,
      [join(import.meta.dirname, "load-main.ts")],
      {},
      JSON.stringify(plan),
    );
    await sleep(4000);
    const reloaded = await it_is.host.try("/opt/cleanauth/bin/pm2 reload mcp-server");
    expect(reloaded.exitCode).toBe(0);
    const { stdout } = await load;
    const result = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as LoadResult;
    expect(result).toEqual({ calls: 2000, failures: {}, sessionsKept: 10 });
  });
});

describe("a reboot", () => {
  it("brings both programs back", async () => {
    await it_is.host.reboot();
    await it_is.gateway.enter();
    await expect
      .poll(() => healthOf(8080).catch(String), { timeout: 30_000 })
      .toMatchObject({ status: "ok" });
    await expect
      .poll(() => healthOf(8501).catch(String), { timeout: 30_000 })
      .toMatchObject({ status: "ok" });
  });

  it("leaves nothing to do", async () => {
    await bootstrap();
    expect(recapOf((await bootstrap()).stdout)).toMatchObject({ changed: 0, failed: 0 });
  });
});

describe("a release", () => {
  const server = "server/main.ts";

  it("that does not start never replaces the one in service, and the run fails saying so", async () => {
    const before = { release: await currentRelease(), server: await processOf("mcp-server") };
    it_is.operator.edit(server, (text) => `throw new Error("broken on purpose");\n${text}`);
    const { exitCode, stdout } = await bootstrap();
    it_is.operator.edit(server, (text) => text.replace(/^throw.*\n/, ""));
    expect(exitCode).toBe(1);
    expect(stdout).toContain("switched back to release");
    expect(stdout).toContain("broken on purpose");
    expect(await currentRelease()).toBe(before.release);
    expect(await processOf("mcp-server")).toBe(before.server);
    expect(await healthOf(8080)).toMatchObject({ status: "ok" });
    expect(recapOf((await bootstrap()).stdout)).toMatchObject({ failed: 0 });
  });

  it("can be taken back with rollback", async () => {
    const before = await currentRelease();
    it_is.operator.edit(server, (text) => `${text}Object.assign(globalThis, { mark: 0 });\n`);
    await bootstrap();
    const after = await currentRelease();
    expect(after).not.toBe(before);
    const { exitCode } = await rollback();
    expect(exitCode).toBe(0);
    expect(await currentRelease()).toBe(before);
    expect(await healthOf(8080)).toMatchObject({ status: "ok" });
  });

  it("after release, five in a row: the last three are kept, and a reload and a reboot work", async () => {
    for (let count = 1; count <= 5; count += 1) {
      it_is.operator.edit(
        server,
        (text) => `${text}Object.assign(globalThis, { mark: ${count} });\n`,
      );
      expect((await bootstrap()).exitCode).toBe(0);
    }
    expect((await onHost("ls /opt/cleanauth/releases")).trim().split("\n")).toHaveLength(3);
    await onHost("/opt/cleanauth/bin/pm2 reload all");
    expect(await healthOf(8080)).toMatchObject({ status: "ok" });
    await it_is.host.reboot();
    await it_is.gateway.enter();
    await expect
      .poll(() => healthOf(8080).catch(String), { timeout: 30_000 })
      .toMatchObject({ status: "ok" });
    expect(recapOf((await bootstrap()).stdout)).toMatchObject({ changed: 0 });
  });
});

describe("what goes wrong", () => {
  it("half-way, by Ctrl-C, is gone on with by the next run", async () => {
    await onHost(
      "rm -rf /opt/cleanauth/node/* /opt/cleanauth/node/.??*; mkdir -p /opt/cleanauth/node",
    );
    const { exitCode, stderr } = await it_is.operator.run("scripts/bootstrap.ts", {
      on: {
        said: /TASK \[node : Node.js .* is installed/,
        call: (pid) => process.kill(-pid, "SIGINT"),
      },
    });
    expect(exitCode).toBe(130);
    expect(stderr).toContain("--start-at-task");
    expect(await onHost("ls /run/cleanauth-bootstrap.lock 2>/dev/null || echo none")).toBe(
      "none\n",
    );
    expect((await bootstrap()).exitCode).toBe(0);
  });

  it("with two operators at once is told to the second", async () => {
    await onHost(
      "ln -sT 'arn:aws:iam::123456789012:user/kim on desk since 10:00' /run/cleanauth-bootstrap.lock",
    );
    const { exitCode, stdout } = await it_is.operator.run("scripts/bootstrap.ts", {
      environment: { MAX_SESSIONS: "99" },
    });
    await onHost("rm /run/cleanauth-bootstrap.lock");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("is being changed by arn:aws:iam::123456789012:user/kim");
    expect(await onHost("cat /etc/cleanauth/server.env")).not.toContain("MAX_SESSIONS=99");
  });

  it("with the archive of Node is told: another checksum, no way to it", async () => {
    await onHost("mv /opt/cleanauth/node /opt/cleanauth/node-away");
    const wrong = await it_is.operator.run("scripts/bootstrap.ts", {
      args: ["--tags", "node"],
      environment: { NODE_SHA256: createHash("sha256").update("other").digest("hex") },
    });
    expect(wrong.stdout).toContain(`the archive has the SHA-256 ${it_is.archive.sha256}`);
    const noWay = await it_is.operator.run("scripts/bootstrap.ts", {
      args: ["--tags", "node"],
      environment: { NODE_MIRROR: "http://127.0.0.1:9/dist" },
    });
    expect(noWay.stdout).toMatch(/curl: \(7\).*127\.0\.0\.1/);
    await onHost("rm -rf /opt/cleanauth/node; mv /opt/cleanauth/node-away /opt/cleanauth/node");
    expect([wrong.exitCode, noWay.exitCode]).toEqual([1, 1]);
  });

  it("with the disk is told, and the next run converges", async () => {
    await onHost("mount -t tmpfs -o size=1m tmpfs /opt/cleanauth/releases");
    const full = await bootstrap();
    await onHost("umount /opt/cleanauth/releases");
    expect(full.exitCode).toBe(1);
    expect(full.stdout).toMatch(/ENOSPC|No space left on device/);
    expect((await bootstrap()).exitCode).toBe(0);
  });

  it("with permissions is told with the action that is missing", async () => {
    it_is.ssm.failNext("SendCommand", "AccessDeniedException");
    const { exitCode, stdout } = await bootstrap();
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Ask for the IAM action ssm:SendCommand");
  });
});

describe("what is kept", () => {
  it("holds neither the secret, nor a password, nor a token: not in SSM's history, not in a log", async () => {
    const token = await accessToken();
    await chat("who am I?");
    const logs = await onHost("cat /var/log/cleanauth/*.log /var/lib/cleanauth/pm2/*.log");
    const journal = await onHost("journalctl --no-pager -q || true");
    const history = it_is.ssm.history.map(
      ({ request, stdout, stderr }) => request + stdout + stderr,
    );
    const secrets = [it_is.cognito.clientSecret, it_is.password, token, "host-role-secret-key"];
    for (const text of [logs, journal, ...history]) {
      for (const secret of secrets) expect(text.includes(secret)).toBe(false);
      expect(text).not.toMatch(/eyJ[\w-]{10,}\.eyJ/);
    }
  });

  it("by pm2 holds no secret, and is its user's alone", async () => {
    const kept = await onHost(
      "cat /var/lib/cleanauth/pm2/dump.pm2 2>/dev/null; /opt/cleanauth/bin/pm2 jlist",
    );
    expect(kept).not.toContain(it_is.cognito.clientSecret);
    expect(
      await onHost("stat -c '%a %U' /var/lib/cleanauth/pm2 /etc/cleanauth/client-secret.env"),
    ).toBe("700 cleanauth\n600 cleanauth\n");
  });
});

describe("TLS", () => {
  it("with a certificate that the host makes for itself is served, and its fingerprint printed", async () => {
    const { exitCode, stdout } = await it_is.operator.run("scripts/bootstrap.ts", {
      environment: { TLS: "self-signed" },
    });
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}/);
    const health = await onHost(
      "curl -s --cacert /etc/cleanauth/tls/certificate.pem https://localhost:8080/health https://localhost:8501/health",
    );
    expect(health).toMatch(/"status":"ok".*"status":"ok"/);
    const again = await it_is.operator.run("scripts/bootstrap.ts", {
      environment: { TLS: "self-signed" },
    });
    expect(recapOf(again.stdout)).toMatchObject({ changed: 0 });
  });
});
