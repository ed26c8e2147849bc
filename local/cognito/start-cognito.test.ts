import { createHmac } from "node:crypto";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { AppError } from "@cleanauth/common/app-error.ts";
import { poolIdSetting } from "@cleanauth/common/cognito-settings.ts";
import { decodeJwt } from "jose";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { password, tokensOf, totpSecret } from "./cognito-under-test.ts";
import { type Cognito, type CognitoOptions, startCognito } from "./start-cognito.ts";

let shared: Cognito;
beforeAll(async () => {
  shared = await startCognito({ demoPassword: password, totpSecret });
});
afterAll(() => shared.close());

const running: Cognito[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((cognito) => cognito.close()));
});

async function start(options: Partial<CognitoOptions> = {}): Promise<Cognito> {
  const cognito = await startCognito({ demoPassword: password, totpSecret, ...options });
  running.push(cognito);
  return cognito;
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function initiate(cognito: Cognito, username: string) {
  const sdk = new CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: cognito.url,
    maxAttempts: 1,
  });
  const SECRET_HASH = createHmac("sha256", cognito.clientSecret)
    .update(`${username}${cognito.clientId}`)
    .digest("base64");
  return sdk.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: cognito.clientId,
      AuthParameters: { USERNAME: username, PASSWORD: password, SECRET_HASH },
    }),
  );
}

test("has the demo users, each in the state that it is there to show", async () => {
  const cognito = shared;
  const groupsOf = async (username: string) =>
    decodeJwt(tokensOf(await initiate(cognito, username)).accessToken)["cognito:groups"];
  expect(await groupsOf("demo")).toEqual(["user"]);
  expect(await groupsOf("admin")).toEqual(["admin"]);
  expect(await groupsOf("phone")).toEqual(["user"]);
  expect((await initiate(cognito, "newbie")).ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
  const challenges = {
    mfa: "SOFTWARE_TOKEN_MFA",
    "mfa-choice": "SELECT_MFA_TYPE",
    "mfa-setup": "MFA_SETUP",
    sms: "SMS_MFA",
    "email-otp": "EMAIL_OTP",
  };
  for (const [username, challenge] of Object.entries(challenges)) {
    expect((await initiate(cognito, username)).ChallengeName).toBe(challenge);
  }
  const { ChallengeParameters: asked } = await initiate(cognito, "incomplete");
  expect(asked?.requiredAttributes).toBe('["userAttributes.email"]');
  await expect(initiate(cognito, "reset")).rejects.toThrow("Password reset required");
  await expect(initiate(cognito, "disabled")).rejects.toThrow("User is disabled.");
  await expect(initiate(cognito, "unconfirmed")).rejects.toThrow("User is not confirmed.");
});

test("keeps the subjects of its users over a restart, and nothing else", async () => {
  const [first, second] = [shared, await start({ region: "ap-northeast-2" })];
  const [before, after] = await Promise.all(
    [first, second].map(async (cognito) =>
      decodeJwt(tokensOf(await initiate(cognito, "demo")).accessToken),
    ),
  );
  expect(after?.sub).toBe(before?.sub);
  expect(after?.iss).toBe(`https://cognito-idp.ap-northeast-2.amazonaws.com/${second.poolId}`);
  for (const name of ["poolId", "clientId", "clientSecret", "publicClientId"] as const) {
    expect(second[name]).not.toBe(first[name]);
  }
});

test("names a pool that cannot be a pool in AWS, in the form that every program here takes", async () => {
  const { poolId } = shared;
  expect(poolIdSetting.safeParse(poolId).success).toBe(true);
  expect(poolId.slice(poolId.indexOf("_") + 1).length).not.toBe(9);
});

test("takes port, token lifetime and clock from its options", async () => {
  const port = await freePort();
  const now = Date.UTC(2030, 0, 1);
  const cognito = await start({ port, accessTokenSeconds: 5, now: () => now });
  expect(cognito.url).toBe(`http://127.0.0.1:${port}`);
  const { iat, exp } = decodeJwt(tokensOf(await initiate(cognito, "demo")).accessToken);
  expect([iat, exp]).toEqual([now / 1000, now / 1000 + 5]);
});

test("listens on loopback alone", async () => {
  const { url } = shared;
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4");
  for (const { address } of others) {
    await expect(fetch(url.replace("127.0.0.1", address))).rejects.toThrow();
  }
  await expect(fetch(url.replace("127.0.0.1", "127.0.0.2"))).rejects.toThrow();
});

test("serves no name that was made to mean this machine", async () => {
  for (const url of [shared.url, shared.domainUrl]) {
    const { port } = new URL(url);
    const status = await new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, headers: { host: `evil.example:${port}` } });
      sent.on("response", (response) => resolve(response.resume().statusCode));
      sent.on("error", reject).end();
    });
    expect(status).toBe(403);
  }
});

test("closes at once, even in the middle of a request", async () => {
  const cognito = await start();
  const socket = connect(Number(new URL(cognito.url).port), "127.0.0.1");
  const ended = new Promise((resolve) => socket.on("close", resolve).on("error", () => {}));
  socket.write(
    `POST / HTTP/1.1\r\nhost: ${new URL(cognito.url).host}\r\ncontent-length: 5\r\n\r\n{`,
  );
  await fetch(cognito.url);
  const begin = performance.now();
  await Promise.all([cognito.close(), ended]);
  expect(performance.now() - begin).toBeLessThan(1000);
  await expect(fetch(cognito.url)).rejects.toThrow();
});

test("says which port is taken", async () => {
  const port = Number(new URL(shared.url).port);
  const error = await start({ port }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: "configuration_port" });
  expect((error as AppError).message).toContain(`127.0.0.1:${port}: EADDRINUSE`);
});

test.each(["", "not base32!", "ABCD"])(
  "refuses the TOTP secret %j without repeating it",
  async (secret) => {
    const error = await start({ totpSecret: secret }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "configuration_totp_secret" });
    if (secret !== "") expect((error as AppError).message).not.toContain(secret);
  },
);

test("writes nothing to the console, whatever it is asked", async () => {
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockReturnValue(true),
  );
  await initiate(shared, "demo");
  await initiate(shared, "disabled").catch(() => null);
  await fetch(shared.url, { method: "POST", body: "{" });
  const written = streams.flatMap((stream) => stream.mock.calls.map(([chunk]) => String(chunk)));
  for (const stream of streams) stream.mockRestore();
  expect(written.filter((chunk) => !chunk.includes("NodeVersionSupportWarning"))).toEqual([]);
});
