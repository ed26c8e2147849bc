import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type CognitoUnderTest,
  password,
  refusalOf,
  startCognitoUnderTest,
  tokensOf,
  userNamed,
} from "../cognito-under-test.ts";

let cognito: CognitoUnderTest;
beforeEach(async () => {
  const users = [userNamed("demo"), userNamed("email-otp", { mfaByCode: ["EMAIL_OTP"] })];
  cognito = await startCognitoUnderTest({ users });
});
afterEach(() => cognito.close());

async function control(method: string, path: string, settings?: unknown) {
  const response = await fetch(`${cognito.url}/control${path}`, {
    method,
    ...(settings === undefined ? {} : { body: JSON.stringify(settings) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const keysUrl = () => new URL(`${cognito.url}/${cognito.pool.id}/.well-known/jwks.json`);

describe("the control endpoint", () => {
  test("takes keys and API away and brings them back, each by itself", async () => {
    await control("PUT", "", { documents: "down" });
    expect((await fetch(keysUrl())).status).toBe(503);
    tokensOf(await cognito.initiate("demo"));
    await control("PUT", "", { documents: "up", api: "down" });
    expect((await fetch(keysUrl())).status).toBe(200);
    await expect(cognito.initiate("demo")).rejects.toMatchObject({
      $metadata: { httpStatusCode: 503 },
    });
    await control("PUT", "", { api: "up" });
    tokensOf(await cognito.initiate("demo"));
  });

  test("throttles as many calls as it is told, which the SDK gets over by itself", async () => {
    await control("PUT", "", { throttledCalls: 1 });
    expect(await refusalOf(cognito.initiate("demo"))).toBe(
      "TooManyRequestsException: Too many requests",
    );
    tokensOf(await cognito.initiate("demo"));
    await control("PUT", "", { throttledCalls: 2 });
    const { secretClient } = cognito.pool;
    const patient = new CognitoIdentityProviderClient({
      region: "us-east-1",
      endpoint: cognito.url,
    });
    const answer = await patient.send(
      new InitiateAuthCommand({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId: secretClient.id,
        AuthParameters: {
          USERNAME: "demo",
          PASSWORD: password,
          SECRET_HASH: cognito.secretHash("demo"),
        },
      }),
    );
    tokensOf(answer);
    patient.destroy();
  });

  test("lets every answer take longer", async () => {
    await control("PUT", "", { latencyMilliseconds: 300 });
    const begin = performance.now();
    await fetch(keysUrl());
    expect(performance.now() - begin).toBeGreaterThanOrEqual(299);
  });

  test("changes the keys, and the tokens of before go on being verified", async () => {
    const before = tokensOf(await cognito.initiate("demo")).accessToken;
    expect((await control("PUT", "/keys")).status).toBe(200);
    const after = tokensOf(await cognito.initiate("demo")).accessToken;
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
    for (const token of [before, after]) {
      await jwtVerify(token, createRemoteJWKSet(keysUrl()));
      expect((await cognito.getUser(token)).Username).toBe("demo");
    }
  });

  test("changes how long tokens hold, and what the app client may do", async () => {
    await control("PUT", "", { tokenSeconds: 7 });
    const { iat = 0, exp } = decodeJwt(tokensOf(await cognito.initiate("demo")).accessToken);
    expect(exp).toBe(iat + 7);
    await control("PUT", "", { authFlows: ["USER_SRP_AUTH"] });
    expect(await refusalOf(cognito.initiate("demo"))).toBe(
      "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
    );
    expect((await control("GET", "")).body).toEqual({
      api: "up",
      documents: "up",
      latencyMilliseconds: 0,
      throttledCalls: 0,
      tokenSeconds: 7,
      authFlows: ["USER_SRP_AUTH"],
    });
  });

  test("tells the codes that would have been sent", async () => {
    await cognito.initiate("email-otp");
    expect((await control("GET", "/messages")).body).toEqual({
      messages: [
        {
          at: expect.stringMatching(/^\d{4}-.*Z$/),
          username: "email-otp",
          medium: "EMAIL",
          destination: "email-otp@example.com",
          purpose: "EMAIL_OTP",
          code: expect.stringMatching(/^\d{8}$/),
        },
      ],
    });
  });

  test.each([
    { latencyMilliseconds: -1 },
    { api: "maybe" },
    { what: 1 },
    [],
    "x",
    { authFlows: "x" },
  ])("refuses %j and changes nothing", async (settings) => {
    const before = await control("GET", "");
    expect((await control("PUT", "", settings)).status).toBe(400);
    expect(await control("GET", "")).toEqual(before);
  });

  test("gives a page in a browser no leave to use it", async () => {
    const asked = await fetch(`${cognito.url}/control`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "PUT" },
    });
    expect(asked.headers.get("access-control-allow-origin")).toBeNull();
    expect((await fetch(`${cognito.url}/control`, { method: "POST", body: "{}" })).status).toBe(
      404,
    );
  });
});
