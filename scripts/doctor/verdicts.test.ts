import { describe, expect, it } from "vitest";
import { parseCidr } from "../ingress/cidr.ts";
import type { IngressRule } from "../ingress/ingress-rule.ts";
import type { PoolUser } from "../users/user-pool.ts";
import type { Verdict } from "./check.ts";
import { judgeAgent } from "./checks/agent.ts";
import { judgeClock } from "./checks/clock.ts";
import { judgeHealth } from "./checks/health.ts";
import { judgeInstance } from "./checks/instance.ts";
import { judgeKeys } from "./checks/keys.ts";
import { judgeModel } from "./checks/model.ts";
import { judgeNode } from "./checks/node.ts";
import { judgeOutputs } from "./checks/outputs.ts";
import { judgePool } from "./checks/pool.ts";
import { judgeProcesses } from "./checks/processes.ts";
import { judgeReach } from "./checks/reach.ts";
import { judgeRelease } from "./checks/release.ts";
import { judgeSecret } from "./checks/secret.ts";
import { judgeSettings } from "./checks/settings.ts";
import { judgeToken } from "./checks/token.ts";
import { judgeTools } from "./checks/tools.ts";
import { judgeUser } from "./checks/user.ts";

// What was found → the verdict, and the command that mends it. `fix` of null stands for ok.

type Case = readonly [situation: string, verdict: Verdict, detail: RegExp, fix: RegExp | null];

function expectVerdict(verdict: Verdict, detail: RegExp, fix: RegExp | null): void {
  expect(verdict.detail).toMatch(detail);
  if (fix === null) expect(verdict.status).toBe("ok");
  else expect(verdict).toMatchObject({ status: "failed", fix: expect.stringMatching(fix) });
}

const host = { instanceId: "i-1", region: "us-east-1" };
const terraform = { version: "Terraform 1.11.4" };
const plugin = { version: "1.2.707.0" };

describe("this machine and the stack", () => {
  it.each<Case>([
    [
      "all tools are there",
      judgeTools({ node: "24.1.0", terraform, plugin }),
      /^Node.js 24.1.0, Terraform 1.11.4, session-manager-plugin 1.2.707.0$/,
      null,
    ],
    [
      "the plugin is missing, which one command needs",
      judgeTools({ node: "20.19.0", terraform, plugin: { missing: "it is not installed" } }),
      /make tunnel needs session-manager-plugin, and it is not installed/,
      null,
    ],
    [
      "Node.js is too old",
      judgeTools({ node: "20.18.9", terraform, plugin }),
      /20.18.9 is too old/,
      /nodejs.org/,
    ],
    [
      "the credentials are of the stack's account",
      judgeOutputs({ AccountId: "1", InstanceId: "i-1", Region: "us-east-1" }, "1"),
      /i-1 in us-east-1/,
      null,
    ],
    [
      "the credentials are of another account",
      judgeOutputs({ AccountId: "1", InstanceId: "i-1", Region: "us-east-1" }, "2"),
      /in account 1, the credentials are of 2/,
      /AWS_PROFILE/,
    ],
    ["the instance runs", judgeInstance("running", host), /running/, null],
    [
      "the instance is stopped",
      judgeInstance("stopped", host),
      /stopped/,
      /^aws ec2 start-instances --region us-east-1 --instance-ids i-1$/,
    ],
    ["the instance is terminated", judgeInstance("terminated", host), /terminated/, /make deploy/],
    ["the instance is gone", judgeInstance(null, host), /gone/, /make deploy/],
    ["the instance starts", judgeInstance("pending", host), /starting/, /^aws ec2 wait/],
  ])("%s", (_situation, verdict, detail, fix) => expectVerdict(verdict, detail, fix));
});

const at = Date.parse("2026-11-23T15:00:00Z");
const clock = (seconds: number, localOffset = 0) =>
  judgeClock({
    hostSeconds: at / 1000 + seconds,
    askedAt: at,
    answeredAt: at + 3_000,
    localOffset,
    ...host,
  });

const online = [
  { name: "mcp-server", status: "online", restarts: 1 },
  { name: "mcp-client", status: "online", restarts: 0 },
];
const well = { httpStatus: 200, status: "ok", checks: {}, said: "" };
const pool = {
  CognitoUserPoolId: "us-east-1_x",
  CognitoClientId: "client",
  CognitoPublicClientId: "public",
};
const told = {
  COGNITO_POOL_ID: "us-east-1_x",
  COGNITO_CLIENT_ID: "client",
  COGNITO_PUBLIC_CLIENT_ID: "public",
};

describe("the host from inside", () => {
  it.each<Case>([
    ["the agent is online", judgeAgent("Online", host), /online/, null],
    [
      "the agent has stopped",
      judgeAgent("ConnectionLost", host),
      /the agent has stopped or lost its connection/,
      /^aws ec2 reboot-instances --region us-east-1 --instance-ids i-1$/,
    ],
    ["the agent was never seen", judgeAgent(null, host), /never seen/, /reboot-instances/],

    ["the clock is right", clock(1), /agrees/, null],
    ["the answer came late, which is no skew", clock(3), /agrees/, null],
    [
      "the clock is ten minutes behind",
      clock(-597),
      /host's clock is about 10m behind/,
      /^aws ssm send-command .*chronyc makestep/,
    ],
    ["the clock is ten minutes ahead", clock(603), /about 10m ahead/, /chronyc makestep/],
    ["the clock is a minute off, which does no harm", clock(-60), /agrees/, null],
    ["the time is not told", clock(Number.NaN), /does not tell its time/, /make doctor/],
    [
      "it is this machine's clock that is off",
      clock(600, 600_000),
      /this machine's own clock is about 10m behind/,
      /timedatectl/,
    ],

    ["Node.js is there", judgeNode("v24.18.1"), /v24.18.1/, null],
    ["Node.js is not there", judgeNode(""), /no Node.js/, /make bootstrap/],
    ["Node.js is old", judgeNode("v20.1.0"), /v20.1.0/, /make bootstrap/],
    ["a release is there", judgeRelease("0123456789abcdef"), /0123456789ab$/, null],
    ["no release is there", judgeRelease(""), /no release/, /make bootstrap/],

    [
      "both programs were told of the stack's pool",
      judgeSettings({ server: told, client: told, outputs: pool }),
      /client client/,
      null,
    ],
    [
      "the server was told of a wrong client id",
      judgeSettings({
        server: { ...told, COGNITO_CLIENT_ID: "wrong" },
        client: told,
        outputs: pool,
      }),
      /COGNITO_CLIENT_ID of the server is wrong, the stack's is client/,
      /make bootstrap ARGS="--tags settings"/,
    ],
    [
      "the client was told nothing",
      judgeSettings({ server: told, client: {}, outputs: pool }),
      /COGNITO_POOL_ID of the client is not set/,
      /make bootstrap/,
    ],
    [
      "the stack has no public client",
      judgeSettings({
        server: { ...told, COGNITO_PUBLIC_CLIENT_ID: undefined },
        client: { ...told, COGNITO_PUBLIC_CLIENT_ID: "" },
        outputs: { ...pool, CognitoPublicClientId: "" },
      }),
      /pool us-east-1_x/,
      null,
    ],

    ["the secret is installed", judgeSecret("same", "/p"), /can be read/, null],
    ["there is no secret", judgeSecret("", ""), /has none/, null],
    [
      "the secret is denied to the host's role",
      judgeSecret("ssm:GetParameter of /p was answered with AccessDeniedException", "/p"),
      /role may not read \/p/,
      /make deploy/,
    ],
    ["the secret was changed", judgeSecret("differs", "/p"), /not what is installed/, /bootstrap/],
    ["the parameter is gone", judgeSecret("… ParameterNotFound", "/p"), /no parameter/, /deploy/],
    ["the secret cannot be read", judgeSecret("fetch failed", "/p"), /fetch failed/, /bootstrap/],

    ["both programs run", judgeProcesses(online), /mcp-server is online/, null],
    ["pm2 does not run", judgeProcesses([]), /pm2 does not run/, /make bootstrap/],
    [
      "the client has crashed",
      judgeProcesses(online.map((app) => ({ ...app, status: "errored" }))),
      /mcp-server is errored/,
      /make logs FILES=server/,
    ],
    ["one program is missing", judgeProcesses(online.slice(0, 1)), /know mcp-client/, /bootstrap/],
    [
      "a program was started very often",
      judgeProcesses(online.map((app) => ({ ...app, restarts: 99 }))),
      /started 99 times/,
      null,
    ],

    ["both are well", judgeHealth(well, well), /are well/, null],
    [
      "the server has no keys",
      judgeHealth({ ...well, status: "degraded", checks: { keys: "out of reach" } }, well),
      /degraded: keys: out of reach/,
      /make logs FILES=server/,
    ],
    [
      "the server does not answer",
      judgeHealth({ httpStatus: 0, status: null, checks: {}, said: "curl: (7) refused" }, well),
      /curl: \(7\) refused/,
      /make logs FILES=server/,
    ],
    [
      "something else answers on the server's port",
      judgeHealth({ ...well, status: null, said: "<html>" }, well),
      /200 <html>/,
      /make logs/,
    ],
    [
      "the web terminal does not answer",
      judgeHealth(well, { ...well, httpStatus: 500, said: "no" }),
      /web terminal.*500 no/,
      /make logs FILES=client/,
    ],

    ["the host gets the keys", judgeKeys("2", "us-east-1_x"), /gets 2 keys/, null],
    ["there are no keys of that pool", judgeKeys("400 Bad Request", "p"), /no keys/, /outputs/],
    ["the host has no way out", judgeKeys("ENETUNREACH", "p"), /ENETUNREACH/, /make deploy/],
    ["an empty set of keys is none", judgeKeys("0", "p"), /cannot get/, /make deploy/],
  ])("%s", (_situation, verdict, detail, fix) => expectVerdict(verdict, detail, fix));
});

const url = new URL("http://ec2-1.example.com:8080");
const rule: IngressRule = {
  id: "sgr-1",
  protocol: "tcp",
  ports: "8080",
  source: "203.0.113.0/24",
  description: "",
  opening: null,
};
const unreached = {
  url,
  direct: { failure: "no answer in 5 s" },
  isTunnelled: false,
  rules: [rule],
  address: parseCidr("203.0.113.7"),
};

describe("the way from here to the server", () => {
  it.each<Case>([
    [
      "it answers",
      judgeReach({ ...unreached, direct: { status: 200, body: "" } }),
      /ec2-1.example.com:8080 answers/,
      null,
    ],
    ["it answers over a tunnel", judgeReach({ ...unreached, isTunnelled: true }), /tunnel/, null],
    [
      "the ingress rule is missing",
      judgeReach({ ...unreached, rules: [] }),
      /no inbound rule lets 203.0.113.7\/32 reach port 8080/,
      /^make sg-open/,
    ],
    [
      "there are rules for another address and another port",
      judgeReach({
        ...unreached,
        rules: [
          { ...rule, source: "198.51.100.1/32" },
          { ...rule, ports: "8501" },
          { ...rule, source: "sg-9" },
          { ...rule, protocol: "udp" },
        ],
      }),
      /no inbound rule/,
      /^make sg-open/,
    ],
    [
      "a rule lets in, and nothing answers",
      judgeReach(unreached),
      /a rule lets 203.0.113.7\/32 in, and .* does not answer \(no answer in 5 s\)/,
      /make bootstrap/,
    ],
    [
      "a wide rule lets in",
      judgeReach({
        ...unreached,
        rules: [{ ...rule, protocol: "all", ports: "all", source: "0.0.0.0/0" }],
      }),
      /a rule lets/,
      /make bootstrap/,
    ],
    [
      "one's own address is not known, and there is no rule at all",
      judgeReach({ ...unreached, rules: [], address: null }),
      /no inbound rule lets this machine/,
      /make sg-open/,
    ],
    [
      "one's own address is not known, and there are rules",
      judgeReach({ ...unreached, address: null }),
      /address is not known/,
      /make sg-open CIDR=/,
    ],
    [
      "the certificate is not trusted",
      judgeReach({ ...unreached, direct: { failure: "DEPTH_ZERO_SELF_SIGNED_CERT" } }),
      /certificate .* is not trusted here/,
      /make bootstrap/,
    ],
    [
      "the server refuses the name that it is called by",
      judgeReach({ ...unreached, direct: { status: 403, body: "" } }),
      /it answered 403/,
      /make bootstrap/,
    ],
  ])("%s", (_situation, verdict, detail, fix) => expectVerdict(verdict, detail, fix));
});

const fullPool = {
  poolId: "us-east-1_x",
  poolExists: true,
  clientId: "client",
  client: { flows: ["ALLOW_USER_PASSWORD_AUTH"], hasSecret: true },
  keepsSecret: true,
};
const kim: PoolUser = {
  name: "kim",
  status: "CONFIRMED",
  isEnabled: true,
  email: "",
  secondFactors: [],
};
const ended = { exitCode: 0, stdout: "", stderr: "" };
const model = { modelId: "amazon.nova-lite-v1:0", from: "host" as const };

describe("pool, user, token and model", () => {
  it.each<Case>([
    ["pool and client are there", judgePool(fullPool), /sign-in with a password is on/, null],
    ["the pool is gone", judgePool({ ...fullPool, poolExists: false }), /no user pool/, /deploy/],
    [
      "the client id is wrong",
      judgePool({ ...fullPool, client: null }),
      /us-east-1_x has no app client client/,
      /COGNITO_CLIENT_ID/,
    ],
    [
      "the flow is off",
      judgePool({ ...fullPool, client: { flows: ["ALLOW_USER_SRP_AUTH"], hasSecret: true } }),
      /ALLOW_USER_PASSWORD_AUTH is off/,
      /make deploy/,
    ],
    [
      "the stack was not told of the secret",
      judgePool({ ...fullPool, keepsSecret: false }),
      /has a secret, and the stack keeps none/,
      /COGNITO_CLIENT_SECRET/,
    ],

    ["the user is fine", judgeUser("kim", kim), /kim can sign in$/, null],
    [
      "the user has a second factor",
      judgeUser("kim", { ...kim, secondFactors: ["SOFTWARE_TOKEN_MFA"] }),
      /second factor/,
      null,
    ],
    ["there is no user", judgeUser("김 철수", null), /no user/, /^make user NAME='김 철수' GROUP/],
    ["the user is disabled", judgeUser("kim", { ...kim, isEnabled: false }), /disabled/, /enable$/],
    [
      "the user has a temporary password",
      judgeUser("kim", { ...kim, status: "FORCE_CHANGE_PASSWORD" }),
      /kim must set a password/,
      /^make user NAME=kim$/,
    ],
    [
      "the user is unconfirmed",
      judgeUser("kim", { ...kim, status: "UNCONFIRMED" }),
      /kim is not confirmed/,
      /^make user NAME=kim$/,
    ],

    [
      "the server takes the token",
      judgeToken("kim", { ...ended, stdout: "whoami\nget_forecast\n" }),
      /kim signed in, and the server shows 2 tools/,
      null,
    ],
    [
      "Cognito refuses the password",
      judgeToken("kim", { ...ended, exitCode: 3, stderr: "Signing in…\nWrong \x1b[31mpassword" }),
      /kim cannot sign in: Wrong password$/,
      /^make user NAME=kim$/,
    ],
    [
      "the server refuses the token",
      judgeToken("kim", { ...ended, exitCode: 4, stderr: "401" }),
      /does not take kim's token: 401/,
      /--tags settings/,
    ],
    ["the client hangs", judgeToken("kim", { ...ended, exitCode: null }), /60 seconds/, /logs/],
    ["the client is told wrongly", judgeToken("kim", { ...ended, exitCode: 2 }), /failed/, /chat/],

    ["the model answers", judgeModel({ ...model, answer: "ok" }), /to the host's role/, null],
    ["the model is busy", judgeModel({ ...model, answer: "ThrottlingException" }), /busy/, null],
    [
      "the model is denied",
      judgeModel({ ...model, answer: "AccessDeniedException: not authorized" }),
      /is denied to the host's role/,
      /^make deploy BEDROCK_MODEL_ID=amazon.nova-lite-v1:0 .*Model access/,
    ],
    [
      "the model needs an inference profile",
      judgeModel({
        ...model,
        answer: "ValidationException: on-demand throughput isn’t supported",
      }),
      /inference profile only/,
      /BEDROCK_MODEL_ID=global\./,
    ],
    [
      "there is no such model",
      judgeModel({ ...model, answer: "ValidationException: invalid model" }),
      /cannot be asked/,
      /another BEDROCK_MODEL_ID/,
    ],
    [
      "nothing answers",
      judgeModel({ ...model, from: "here", answer: "ECONNREFUSED" }),
      /these credentials \(the host was not asked\): ECONNREFUSED/,
      /make doctor/,
    ],
  ])("%s", (_situation, verdict, detail, fix) => expectVerdict(verdict, detail, fix));
});
