import { describe, expect, it } from "vitest";
import { demoCaller } from "../testing/tool-caller.ts";
import type { TokenVerifier, Verification } from "./cognito-verifier.ts";
import { judgeGetUserFailure, withRevocation } from "./revocation-verifier.ts";

function offlineThat(verification: Verification): TokenVerifier {
  return { issuer: "", checks: ["signature"], verify: async () => verification };
}

function errorNamed(name: string): Error {
  return Object.assign(new Error(name), { name });
}

const accepted: Verification = { outcome: "accepted", caller: demoCaller };

/** Cognito as a test wants it: each answer is an error's name, or null for a user. */
function cognitoThat(...answers: (string | null)[]) {
  const asked: string[] = [];
  const ask = async (token: string) => {
    asked.push(token);
    const answer = answers.shift() ?? null;
    if (answer !== null) throw errorNamed(answer);
  };
  return { ask, asked };
}

describe("withRevocation", () => {
  it("accepts what both accept, and says that it looks at both", async () => {
    const verifier = withRevocation(offlineThat(accepted), cognitoThat(null).ask);
    expect(await verifier.verify("t")).toEqual(accepted);
    expect(verifier.checks).toEqual(["signature", expect.stringContaining("not revoked")]);
  });

  it("sends no token to Cognito that the offline verifier does not accept", async () => {
    const forged: Verification = { outcome: "refused", reason: "signature", description: "" };
    const { ask, asked } = cognitoThat(null);
    expect(await withRevocation(offlineThat(forged), ask).verify("t")).toEqual(forged);
    expect(asked).toEqual([]);
  });

  it("refuses a token that GetUser could not be asked about, and says which scope it lacks", async () => {
    const caller = { ...demoCaller, scopes: ["mcp-auth/notes:read"] };
    const { ask, asked } = cognitoThat(null);
    const verifier = withRevocation(offlineThat({ outcome: "accepted", caller }), ask);
    expect(await verifier.verify("t")).toMatchObject({
      outcome: "refused",
      reason: "no-revocation-check",
      description: expect.stringContaining("aws.cognito.signin.user.admin"),
    });
    expect(asked).toEqual([]);
  });

  it("leaves Cognito alone for two seconds after it could not answer, and lets nobody in", async () => {
    let now = 0;
    const { ask, asked } = cognitoThat("TooManyRequestsException", null);
    const verifier = withRevocation(offlineThat(accepted), ask, () => now);
    expect(await verifier.verify("a")).toMatchObject({ outcome: "unavailable" });
    now = 1_999;
    expect(await verifier.verify("b")).toMatchObject({ outcome: "unavailable" });
    now = 2_000;
    expect(await verifier.verify("b")).toEqual(accepted);
    expect(asked).toEqual(["a", "b"]);
  });
});

describe("judgeGetUserFailure", () => {
  it.each([
    "NotAuthorizedException",
    "UserNotFoundException",
    "UserNotConfirmedException",
    "PasswordResetRequiredException",
  ])("takes %s for a refusal", (name) => {
    expect(judgeGetUserFailure(errorNamed(name))).toMatchObject({ reason: "revoked" });
  });

  it.each([
    "TooManyRequestsException",
    "ThrottlingException",
    "InternalErrorException",
    "ForbiddenException",
    "ResourceNotFoundException",
    "TimeoutError",
    "TypeError",
  ])("blames nobody for %s", (name) => {
    expect(judgeGetUserFailure(errorNamed(name))).toMatchObject({ outcome: "unavailable" });
  });

  it("lets nobody in on what is no error at all", () => {
    expect(judgeGetUserFailure("?")).toMatchObject({ outcome: "unavailable" });
  });
});
