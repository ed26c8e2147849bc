import {
  CognitoIdentityProviderClient,
  GlobalSignOutCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { initialize, post, send } from "../../server/testing/rpc.ts";
import { signInAsUser } from "../support/sign-in-as-user.ts";
import { type LocalStack, startLocalStack } from "./local-stack.ts";

// What `make start` runs, process and all, while the pool's keys are out of reach, and after a sign-out
// everywhere with either verifier.

let offline: LocalStack;
let withRevocation: LocalStack;
beforeAll(async () => {
  const environment = { REVOCATION_CHECK_SECONDS: "1" };
  [offline, withRevocation] = await Promise.all([
    startLocalStack(),
    startLocalStack({ environment }),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all([offline?.stop(), withRevocation?.stop()]);
});

const originOf = ({ environment }: LocalStack) => new URL(environment.MCP_SERVER_URL ?? "").origin;
const call = (stack: LocalStack, token: string) => post(originOf(stack), token, initialize);

async function control({ environment }: LocalStack, path: string, settings: object = {}) {
  const url = `${environment.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER}/control${path}`;
  const answer = await fetch(url, { method: "PUT", body: JSON.stringify(settings) });
  expect(answer.status).toBe(200);
}

async function signOut({ environment }: LocalStack, token: string): Promise<void> {
  const endpoint = environment.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER ?? "";
  const sdk = new CognitoIdentityProviderClient({ region: "us-east-1", endpoint });
  await sdk.send(new GlobalSignOutCommand({ AccessToken: token }));
  sdk.destroy();
}

/** Waits for a status; keys and revocations are looked at again after a pause. */
const untilStatus = (stack: LocalStack, token: string, status: number) =>
  vi.waitFor(async () => expect((await call(stack, token)).status).toBe(status), {
    timeout: 40_000,
    interval: 200,
  });

describe("after GlobalSignOut", () => {
  it("the offline verifier goes on accepting the token, as docs/authorization.md says", async () => {
    const token = await signInAsUser(offline.environment, "demo");
    await signOut(offline, token);
    expect((await call(offline, token)).status).toBe(200);
  });

  it("the verifier with revocation refuses it, known or not, and another user goes on", async () => {
    const { environment } = withRevocation;
    const [known, unknown] = [
      await signInAsUser(environment, "demo"),
      await signInAsUser(environment, "demo"),
    ];
    const others = await signInAsUser(environment, "admin");
    expect((await call(withRevocation, known)).status).toBe(200);
    await signOut(withRevocation, known);
    const refused = await call(withRevocation, unknown);
    expect(refused.status).toBe(401);
    expect(refused.headers["www-authenticate"]).toContain("The token was revoked");
    await untilStatus(withRevocation, known, 401);
    expect((await call(withRevocation, others)).status).toBe(200);
  }, 60_000);
});

describe("while the pool's keys are out of reach", () => {
  it("accepts those whose key is known, answers 503 to others, and recovers by itself", async () => {
    const known = await signInAsUser(offline.environment, "demo");
    expect((await call(offline, known)).status).toBe(200);
    // Signed by the same key, and not seen before: it is the key that is known, not the token.
    const unseen = await signInAsUser(offline.environment, "admin");
    await control(offline, "", { documents: "down" });
    await control(offline, "/keys");
    const unknown = await signInAsUser(offline.environment, "demo");
    const answer = await call(offline, unknown);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(answer.headers["www-authenticate"]).toBeUndefined();
    for (const token of [known, unseen]) expect((await call(offline, token)).status).toBe(200);

    await control(offline, "", { documents: "up" });
    await untilStatus(offline, unknown, 200);
    expect((await call(offline, known)).status).toBe(200);
    const health = await send(`${originOf(offline)}/health`);
    expect(health.json).toMatchObject({ status: "ok" });
    expect(offline.process.exitCode).toBeNull();
  }, 60_000);
});
