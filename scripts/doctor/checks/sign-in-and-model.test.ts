import { describe, it } from "vitest";
import type { PoolUser } from "../../users/user-pool.ts";
import { type Case, expectVerdict } from "../testing/expect-verdict.ts";
import { judgeModel } from "./model.ts";
import { judgePool } from "./pool.ts";
import { judgeToken } from "./token.ts";
import { judgeUser } from "./user.ts";

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
