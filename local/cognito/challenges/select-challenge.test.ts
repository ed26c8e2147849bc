import { InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CognitoUnderTest,
  password,
  refusalOf,
  startCognitoUnderTest,
  tokensOf,
  totpSecret,
  userNamed,
} from "../cognito-under-test.ts";

let cognito: CognitoUnderTest;
beforeAll(async () => {
  cognito = await startCognitoUnderTest({
    users: [
      userNamed("demo"),
      userNamed("phoned", {
        attributes: { phone_number: "+12065550100", phone_number_verified: "true" },
      }),
      userNamed("mfa", { totpSecret }),
      userNamed("newbie", { status: "FORCE_CHANGE_PASSWORD" }),
    ],
  });
});
afterAll(() => cognito.close());

const initiate = (username: string, more: Record<string, string> = {}) =>
  cognito.sdk.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_AUTH",
      ClientId: cognito.pool.secretClient.id,
      AuthParameters: { USERNAME: username, SECRET_HASH: cognito.secretHash(username), ...more },
    }),
  );
const choose = (username: string, session: string | undefined, answer: Record<string, string>) =>
  cognito.respond("SELECT_CHALLENGE", username, session, answer);

describe("USER_AUTH", () => {
  test.each([
    ["demo", ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"]],
    ["phoned", ["PASSWORD", "PASSWORD_SRP", "SMS_OTP"]],
    ["mfa", ["PASSWORD", "PASSWORD_SRP"]],
    ["nobody", ["PASSWORD", "PASSWORD_SRP"]],
  ])("offers %s what the user has", async (username, available) => {
    const asked = await initiate(username);
    expect(asked.ChallengeName).toBe("SELECT_CHALLENGE");
    expect(asked.AvailableChallenges).toEqual(available);
  });

  test.each([
    ["demo", "EMAIL_OTP"],
    ["phoned", "SMS_OTP"],
  ] as const)("signs %s in with %s and no password", async (username, name) => {
    const asked = await initiate(username);
    const next = await choose(username, asked.Session, { ANSWER: name });
    expect(next.ChallengeName).toBe(name);
    const { code } = cognito.pool.messages.all().at(-1) ?? { code: "" };
    tokensOf(await cognito.respond(name, username, next.Session, { [`${name}_CODE`]: code }));
  });

  test("takes the password along with the choice, or after it, and lets one try again", async () => {
    const asked = await initiate("demo");
    const wrong = choose("demo", asked.Session, { ANSWER: "PASSWORD", PASSWORD: "x" });
    expect(await refusalOf(wrong)).toBe("NotAuthorizedException: Incorrect username or password.");
    tokensOf(await choose("demo", asked.Session, { ANSWER: "PASSWORD", PASSWORD: password }));
    const second = await initiate("demo");
    const next = await choose("demo", second.Session, { ANSWER: "PASSWORD" });
    expect(next.ChallengeName).toBe("PASSWORD");
    tokensOf(await cognito.respond("PASSWORD", "demo", next.Session, { PASSWORD: password }));
  });

  test("goes straight to the factor that the caller prefers", async () => {
    tokensOf(await initiate("demo", { PREFERRED_CHALLENGE: "PASSWORD", PASSWORD: password }));
    const bySrp = await initiate("demo", { PREFERRED_CHALLENGE: "PASSWORD_SRP", SRP_A: "a1b2" });
    expect(bySrp.ChallengeName).toBe("PASSWORD_VERIFIER");
    const byMail = await initiate("demo", { PREFERRED_CHALLENGE: "EMAIL_OTP" });
    expect(byMail.ChallengeName).toBe("EMAIL_OTP");
    const unavailable = await initiate("demo", { PREFERRED_CHALLENGE: "SMS_OTP" });
    expect(unavailable.ChallengeName).toBe("SELECT_CHALLENGE");
  });

  test("is followed by what follows any password", async () => {
    const given = { PREFERRED_CHALLENGE: "PASSWORD", PASSWORD: password };
    expect((await initiate("newbie", given)).ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    expect((await initiate("mfa", given)).ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
  });

  test("refuses a choice that is not offered", async () => {
    const { Session } = await initiate("mfa");
    expect(await refusalOf(choose("mfa", Session, { ANSWER: "EMAIL_OTP" }))).toBe(
      "InvalidParameterException: Invalid challenge selected",
    );
  });
});
