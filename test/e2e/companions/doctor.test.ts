import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publicDns } from "../aws/sketched-stack.ts";
import { sketchStackWithSecret } from "../host/deployed-stack.ts";
import { type Deployment, startDeployment } from "../host/deployment.ts";
import { requireHostPrograms } from "../host/requirements.ts";
import { handOn, serve } from "../host/small-servers.ts";
import { createWorkplace, type ProgramResult } from "../workplace.ts";

// make doctor on a deployed and bootstrapped host: all green, and then one link after another broken.

let deployed: Deployment;
let admin: Awaited<ReturnType<typeof serve>>;
let checkip: Awaited<ReturnType<typeof serve>>;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  requireHostPrograms();
  deployed = await startDeployment("doctor", sketchStackWithSecret, createWorkplace);
  admin = await serveAdministration(deployed);
  checkip = await serve((_request, response) => response.end("203.0.113.7\n"));
  environment = {
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: admin.url,
    CHECKIP_URL: checkip.url,
    CLEANAUTH_USER: "demo",
    CLEANAUTH_PASSWORD: deployed.password,
    // Where this machine reaches the host's port.
    PUBLIC_URL: deployed.hostUrl(8080),
  };
  const { exitCode, stdout, stderr } = await run("bootstrap");
  expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
});
afterAll(async () => {
  await deployed?.remove();
  await admin?.close();
  await checkip?.close();
});

/**
 * The calls of an administrator that the Cognito stand-in does not know, for its one client and its
 * demo users; all others go to it.
 */
function serveAdministration({ cognito }: Deployment) {
  return serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const action = String(request.headers["x-amz-target"]).split(".")[1];
    const input = JSON.parse(body.toString() || "{}") as { ClientId?: string; Username?: string };
    const answer = (status: number, value: unknown) =>
      response
        .writeHead(status, { "content-type": "application/x-amz-json-1.1" })
        .end(JSON.stringify(value));
    if (action === "DescribeUserPool") return answer(200, { UserPool: {} });
    if (action === "DescribeUserPoolClient") {
      return input.ClientId === cognito.clientId
        ? answer(200, {
            UserPoolClient: {
              ClientSecret: "kept",
              ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
            },
          })
        : answer(400, { __type: "ResourceNotFoundException", message: "no such client" });
    }
    if (action === "AdminGetUser") {
      return answer(200, {
        Username: input.Username,
        Enabled: input.Username !== "disabled",
        UserStatus: input.Username === "newbie" ? "FORCE_CHANGE_PASSWORD" : "CONFIRMED",
      });
    }
    handOn(cognito.url, request, response, body);
  });
}

function run(program: string, args: readonly string[] = [], over: Record<string, string> = {}) {
  return deployed.operator.run(program, {
    args,
    environment: { ...environment, ...over },
  });
}

/** The links that are not ok, each with what is said of it. */
function troubles({ stdout }: ProgramResult): Record<string, string> {
  const { checks } = JSON.parse(stdout) as {
    checks: { id: string; status: string; detail: string; fix?: string }[];
  };
  const broken = checks.filter(({ status }) => status !== "ok");
  return Object.fromEntries(
    broken.map(({ id, status, detail, fix = "" }) => [id, `${status}: ${detail} → ${fix}`]),
  );
}

const doctor = (over: Record<string, string> = {}) => run("doctor", ["--json"], over);
const onHost = (script: string) => deployed.host.run(script);
const serviceName = (service: string) => `${service}.us-east-1.amazonaws.com`;

describe("make doctor", () => {
  it("is all green on a healthy host, from the tools to the model, and ends with 0", async () => {
    const { exitCode, stdout } = await run("doctor");
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/\n\n18 ok, 0 failed, 0 not reached\n$/);
    expect(stdout).toMatch(/demo signed in, and the server shows \d+ tools/);
    expect(stdout).toMatch(/answers to the host's role/);
  });

  it("needs one command on the host", async () => {
    const before = deployed.ssm.history.length;
    await doctor();
    expect(deployed.ssm.history.length - before).toBe(1);
  });

  it("says what was not looked at when there is nobody to sign in, and fails nothing", async () => {
    const result = await doctor({ CLEANAUTH_USER: "", CLEANAUTH_PASSWORD: "" });
    expect(result.exitCode).toBe(0);
    expect(troubles(result)).toMatchObject({
      user: expect.stringContaining("set CLEANAUTH_USER"),
      token: expect.stringMatching(/^not reached/),
    });
  });
});

describe("the diagnosis", () => {
  it("of an agent that has stopped", async () => {
    const instance = deployed.ssm.instances.get(deployed.outputs.InstanceId);
    if (instance === undefined) throw new Error("no instance");
    instance.lost = true;
    const result = await doctor();
    instance.lost = false;
    expect(result.exitCode).toBe(1);
    expect(troubles(result)).toMatchObject({
      agent: expect.stringMatching(/^failed: the agent has stopped .*→ aws ec2 reboot-instances/),
      clock: expect.stringMatching(/^not reached: waits for: SSM agent/),
      keys: expect.stringMatching(/^not reached/),
    });
    // What needs no agent was looked at all the same.
    expect(Object.keys(troubles(result))).not.toContain("token");
  });

  it("of a wrong client id, on the host and in the stack", async () => {
    await onHost(
      "sed -i.kept 's/^COGNITO_CLIENT_ID=.*/COGNITO_CLIENT_ID=wrong/' /etc/cleanauth/server.env",
    );
    const onHostOnly = troubles(await doctor());
    await onHost("mv /etc/cleanauth/server.env.kept /etc/cleanauth/server.env");
    expect(onHostOnly).toEqual({
      settings: expect.stringMatching(
        /COGNITO_CLIENT_ID of the server is wrong, .*→ make bootstrap ARGS="--tags settings"/,
      ),
    });
  });

  it("of a secret that is denied to the host's role", async () => {
    deployed.gateway.refuse(serviceName("ssm"), "AccessDeniedException");
    const result = await doctor();
    deployed.gateway.refuse(serviceName("ssm"), null);
    expect(troubles(result)).toEqual({
      secret: expect.stringMatching(/^failed: the host's role may not read .*→ make deploy/),
    });
  });

  it("of a model that is denied to the host's role", async () => {
    deployed.gateway.refuse(serviceName("bedrock-runtime"), "AccessDeniedException");
    const result = await doctor();
    deployed.gateway.refuse(serviceName("bedrock-runtime"), null);
    expect(troubles(result)).toEqual({
      model: expect.stringMatching(
        /^failed: .* is denied to the host's role: AccessDenied.*→ make deploy/,
      ),
    });
  });

  it("of a clock that is ten minutes off", async () => {
    await onHost(`mv /usr/bin/date /usr/bin/date.kept
printf '#!/bin/sh\\nexec /usr/bin/date.kept -d "-10 min" "$@"\\n' > /usr/bin/date
chmod 755 /usr/bin/date`);
    const result = await doctor();
    await onHost("mv /usr/bin/date.kept /usr/bin/date");
    expect(troubles(result)).toEqual({
      clock: expect.stringMatching(
        /^failed: the host's clock is about 10m behind.*→ aws ssm send-command/,
      ),
    });
  });

  it("of an ingress rule that is missing, and of one that is there in vain", async () => {
    await onHost(
      `sed -i.kept 's#^PUBLIC_URL=.*#PUBLIC_URL=http://${publicDns}:8080#' /etc/cleanauth/server.env`,
    );
    const without = troubles(await doctor());
    expect((await run("sg-open")).exitCode).toBe(0);
    const inVain = troubles(await doctor());
    expect((await run("sg-close")).exitCode).toBe(0);
    await onHost("mv /etc/cleanauth/server.env.kept /etc/cleanauth/server.env");
    expect(without).toEqual({
      reach: expect.stringMatching(
        /^failed: no inbound rule lets 203\.0\.113\.7\/32 reach port 8080 → make sg-open/,
      ),
      token: expect.stringMatching(/^not reached/),
    });
    expect(inVain.reach).toMatch(
      /^failed: a rule lets 203\.0\.113\.7\/32 in, and .* does not answer/,
    );
  });

  it("of a program that does not run", async () => {
    await onHost("/opt/cleanauth/bin/pm2 stop mcp-client");
    const result = troubles(await doctor());
    await onHost("/opt/cleanauth/bin/pm2 start mcp-client");
    expect(result).toEqual({
      processes: expect.stringMatching(/^failed: mcp-client is stopped → make bootstrap/),
      health: expect.stringMatching(/^not reached/),
    });
  });

  it("of users who cannot sign in", async () => {
    expect(troubles(await doctor({ CLEANAUTH_USER: "disabled" })).user).toMatch(
      /disabled is disabled → make user NAME=disabled ARGS=enable/,
    );
    expect(troubles(await doctor({ CLEANAUTH_USER: "newbie" })).user).toMatch(
      /newbie must set a password → make user NAME=newbie/,
    );
    const wrongPassword = await doctor({ CLEANAUTH_PASSWORD: "wrong" });
    expect(troubles(wrongPassword)).toEqual({
      token: expect.stringMatching(/^failed: demo cannot sign in: .*→ make user NAME=demo/),
    });
  });

  it("names no secret: neither on the screen nor in SSM's history", async () => {
    const { stdout, stderr } = await run("doctor");
    const history = deployed.ssm.history.map((kept) => kept.request + kept.stdout + kept.stderr);
    for (const text of [stdout, stderr, ...history]) {
      expect(text).not.toContain(deployed.cognito.clientSecret);
      expect(text).not.toContain(deployed.password);
    }
  });
});

describe("make logs", () => {
  it("shows what both programs have written", async () => {
    const { exitCode, stdout } = await run("logs", ["--no-follow", "--since", "1h"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^server \| \S+Z INFO {2}listening /m);
    expect(stdout).toMatch(/^client \| \S+Z INFO {2}listening /m);
  });
});

describe("after all of this", () => {
  it("the host is as healthy as before", async () => {
    expect(troubles(await doctor())).toEqual({});
  });
});
