import { describe, it } from "vitest";
import { type Case, expectVerdict } from "../testing/expect-verdict.ts";
import { judgeAgent } from "./agent.ts";
import { judgeClock } from "./clock.ts";
import { judgeHealth } from "./health.ts";
import { judgeKeys } from "./keys.ts";
import { judgeNode } from "./node.ts";
import { judgeProcesses } from "./processes.ts";
import { judgeRelease } from "./release.ts";
import { judgeSecret } from "./secret.ts";
import { judgeSettings } from "./settings.ts";

const host = { instanceId: "i-1", region: "us-east-1" };
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
