import { AppError } from "@cleanauth/common/app-error.ts";
import { describe, expect, it } from "vitest";
import { decideStep } from "./cognito-answer.ts";

describe("decideStep", () => {
  const steps: [what: string, answer: unknown, step: unknown][] = [
    [
      "tokens",
      { AuthenticationResult: { AccessToken: "a", RefreshToken: "r", ExpiresIn: 3600 } },
      {
        kind: "signed_in",
        issued: { accessToken: "a", refreshToken: "r", expiresInSeconds: 3600 },
      },
    ],
    [
      "a refresh without rotation",
      {
        AuthenticationResult: { AccessToken: "a", IdToken: "i", TokenType: "Bearer" },
        $metadata: {},
      },
      { kind: "signed_in", issued: { accessToken: "a" } },
    ],
    [
      "a new password, and by which name the user goes",
      {
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session: "s",
        ChallengeParameters: {
          USER_ID_FOR_SRP: "7c1e",
          requiredAttributes: '["userAttributes.email","userAttributes.custom:team"]',
          userAttributes: "{}",
        },
      },
      {
        kind: "challenge",
        challenge: { name: "NEW_PASSWORD_REQUIRED", requiredAttributes: ["email", "custom:team"] },
        session: "s",
        username: "7c1e",
      },
    ],
    [
      "a new password without parameters",
      { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: "s" },
      {
        kind: "challenge",
        challenge: { name: "NEW_PASSWORD_REQUIRED", requiredAttributes: [] },
        session: "s",
        username: "demo",
      },
    ],
    [
      "a code of an authenticator app",
      {
        ChallengeName: "SOFTWARE_TOKEN_MFA",
        Session: "s",
        ChallengeParameters: { FRIENDLY_DEVICE_NAME: "phone" },
      },
      {
        kind: "challenge",
        challenge: { name: "SOFTWARE_TOKEN_MFA" },
        session: "s",
        username: "demo",
      },
    ],
  ];
  it.each(steps)("goes on with %s", (_what, answer, step) => {
    expect(decideStep(answer, "demo")).toEqual(step);
  });

  const challenge = { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: "s" };
  const refused: [what: string, answer: unknown, code: string][] = [
    [
      "a second factor to set up",
      { ChallengeName: "MFA_SETUP", Session: "s" },
      "unsupported_challenge",
    ],
    ["SMS_MFA", { ChallengeName: "SMS_MFA", Session: "s" }, "unsupported_challenge"],
    [
      "a challenge that nobody knows yet",
      { ChallengeName: "X\x1b[31m", Session: "s" },
      "unsupported_challenge",
    ],
    [
      "a challenge without its session",
      { ChallengeName: "SOFTWARE_TOKEN_MFA" },
      "unexpected_answer",
    ],
    ["nothing", {}, "unexpected_answer"],
    ["no object", "<html>", "unexpected_answer"],
    ["tokens that are none", { AuthenticationResult: { AccessToken: 7 } }, "unexpected_answer"],
    ["an empty token", { AuthenticationResult: { AccessToken: "" } }, "unexpected_answer"],
    [
      "an expiry in the past",
      { AuthenticationResult: { AccessToken: "a", ExpiresIn: -1 } },
      "unexpected_answer",
    ],
    [
      "attributes that are no list",
      { ...challenge, ChallengeParameters: { requiredAttributes: "{" } },
      "unexpected_answer",
    ],
    [
      "an attribute with a name that breaks out of the form",
      { ...challenge, ChallengeParameters: { requiredAttributes: '["a\\u001b[2J"]' } },
      "unexpected_answer",
    ],
  ];
  it.each(refused)("refuses %s", (_what, answer, code) => {
    try {
      decideStep(answer, "demo");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).code).toBe(`sign_in_${code}`);
      expect((error as AppError).message).not.toContain("\x1b");
    }
  });
});
