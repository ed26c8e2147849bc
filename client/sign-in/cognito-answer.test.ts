import { AppError } from "@cleanauth/common/app-error.ts";
import { describe, expect, it } from "vitest";
import {
  parseRequiredAttributes,
  readAuthAnswer,
  readDeliveryAnswer,
  readSecretAnswer,
  readVerifiedAnswer,
} from "./cognito-answer.ts";

describe("parseRequiredAttributes", () => {
  it.each([
    ['["userAttributes.email","userAttributes.custom:team"]', ["email", "custom:team"]],
    ["[]", []],
    ["", []],
    [undefined, []],
  ])("reads %j", (text, names) => {
    expect(parseRequiredAttributes(text)).toEqual(names);
  });

  it.each(["{", '"email"', "[7]", '["a\\u001b[2J"]'])("refuses %j", (text) => {
    expect(() => parseRequiredAttributes(text)).toThrow(AppError);
  });
});

describe("the answers of the other operations", () => {
  it("tell a secret, and where a code was sent", () => {
    const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    expect(readSecretAnswer({ SecretCode: secret, Session: "s" })).toEqual({
      kind: "secret",
      secret,
      session: "s",
    });
    expect(readVerifiedAnswer({ Status: "SUCCESS", Session: "s" })).toMatchObject({ session: "s" });
    const CodeDeliveryDetails = { Destination: "d***@e***", DeliveryMedium: "EMAIL" };
    expect(readDeliveryAnswer({ CodeDeliveryDetails })).toEqual({
      kind: "code_sent",
      destination: "d***@e***",
    });
    expect(readDeliveryAnswer({})).toMatchObject({ destination: null });
  });

  it.each([
    () => readSecretAnswer({ SecretCode: "\x1b[2J", Session: "s" }),
    () => readSecretAnswer({ SecretCode: "JBSWY3DPEHPK3PXP" }),
    () => readVerifiedAnswer({ Status: "ERROR", Session: "s" }),
    () => readDeliveryAnswer("<html>"),
  ])("are refused when they are none: %s", (read) => {
    expect(read).toThrow(AppError);
  });
});

describe("readAuthAnswer", () => {
  const steps: [what: string, answer: unknown, step: unknown][] = [
    [
      "tokens",
      { AuthenticationResult: { AccessToken: "a", RefreshToken: "r", ExpiresIn: 3600 } },
      {
        kind: "tokens",
        issued: { accessToken: "a", refreshToken: "r", expiresInSeconds: 3600 },
      },
    ],
    [
      "a refresh without rotation",
      {
        AuthenticationResult: { AccessToken: "a", IdToken: "i", TokenType: "Bearer" },
        $metadata: {},
      },
      { kind: "tokens", issued: { accessToken: "a" } },
    ],
    [
      "a challenge with its parameters",
      {
        ChallengeName: "SOFTWARE_TOKEN_MFA",
        Session: "s",
        ChallengeParameters: { FRIENDLY_DEVICE_NAME: "phone" },
      },
      {
        kind: "challenge",
        name: "SOFTWARE_TOKEN_MFA",
        session: "s",
        parameters: { FRIENDLY_DEVICE_NAME: "phone" },
        available: [],
      },
    ],
    [
      "a choice of challenges",
      { ChallengeName: "SELECT_CHALLENGE", Session: "s", AvailableChallenges: ["EMAIL_OTP"] },
      {
        kind: "challenge",
        name: "SELECT_CHALLENGE",
        session: "s",
        parameters: {},
        available: ["EMAIL_OTP"],
      },
    ],
    [
      "SRP's challenge, which comes without a session",
      { ChallengeName: "PASSWORD_VERIFIER", ChallengeParameters: { SRP_B: "b" } },
      {
        kind: "challenge",
        name: "PASSWORD_VERIFIER",
        session: "",
        parameters: { SRP_B: "b" },
        available: [],
      },
    ],
  ];
  it.each(steps)("goes on with %s", (_what, answer, step) => {
    expect(readAuthAnswer(answer)).toEqual(step);
  });

  const refused: [what: string, answer: unknown, code: string][] = [
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
  ];
  it.each(refused)("refuses %s", (_what, answer, code) => {
    try {
      readAuthAnswer(answer);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).code).toBe(`sign_in_${code}`);
      expect((error as AppError).message).not.toContain("\x1b");
    }
  });
});
