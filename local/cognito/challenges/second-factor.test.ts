import {
  AssociateSoftwareTokenCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { generateSync } from "otplib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CognitoUnderTest,
  refusalOf,
  startCognitoUnderTest,
  tokensOf,
  totpSecret,
  userNamed,
} from "../cognito-under-test.ts";

const phone = { phone_number: "+821012345678", phone_number_verified: "true" };

let cognito: CognitoUnderTest;
beforeAll(async () => {
  cognito = await startCognitoUnderTest({
    users: [
      userNamed("sms", { mfaByCode: ["SMS_MFA"], attributes: phone }),
      userNamed("email", { mfaByCode: ["EMAIL_OTP"] }),
      userNamed("guessed", { mfaByCode: ["EMAIL_OTP"] }),
      userNamed("choice", { totpSecret, mfaByCode: ["SMS_MFA"], attributes: phone }),
      userNamed("setup", { mustSetUpMfa: true }),
      userNamed("twice", { mustSetUpMfa: true }),
      userNamed("none"),
    ],
  });
});
afterAll(() => cognito.close());

const lastMessage = () => {
  const message = cognito.pool.messages.all().at(-1);
  if (message === undefined) throw new Error("Nothing was sent");
  return message;
};
const another = (code: string) => (code.startsWith("0") ? "1" : "0") + code.slice(1);

describe("a code by SMS or mail", () => {
  test.each([
    ["sms", "SMS_MFA", "SMS", "+*******5678", "+821012345678", 6],
    ["email", "EMAIL_OTP", "EMAIL", "e***@e***", "email@example.com", 8],
  ] as const)(
    "is asked of %s, may be corrected, and gives tokens",
    async (username, name, medium, masked, whole, digits) => {
      const asked = await cognito.initiate(username);
      expect(asked.ChallengeName).toBe(name);
      expect(asked.ChallengeParameters).toEqual({
        CODE_DELIVERY_DELIVERY_MEDIUM: medium,
        CODE_DELIVERY_DESTINATION: masked,
        USER_ID_FOR_SRP: username,
      });
      const sent = lastMessage();
      expect(sent).toMatchObject({ username, medium, destination: whole, purpose: name });
      expect(sent.code).toMatch(new RegExp(`^\\d{${digits}}$`));
      const answer = (code: string) =>
        cognito.respond(name, username, asked.Session, { [`${name}_CODE`]: code });
      expect(await refusalOf(answer(another(sent.code)))).toBe(
        "CodeMismatchException: Invalid code or auth state for the user.",
      );
      expect(await refusalOf(answer(""))).toBe(
        `InvalidParameterException: Missing required parameter ${name}_CODE`,
      );
      const { accessToken } = tokensOf(await answer(sent.code));
      expect((await cognito.getUser(accessToken)).PreferredMfaSetting).toBe(name);
      expect(await refusalOf(answer(sent.code))).toMatch(/can only be used once/);
    },
  );

  test("belongs to its session: another sign-in has another one", async () => {
    const first = await cognito.initiate("email");
    const { code } = lastMessage();
    const second = await cognito.initiate("email");
    const answer = (session: string | undefined, EMAIL_OTP_CODE: string) =>
      cognito.respond("EMAIL_OTP", "email", session, { EMAIL_OTP_CODE });
    expect(await refusalOf(answer(second.Session, code))).toMatch(/^CodeMismatchException/);
    tokensOf(await answer(first.Session, code));
  });

  test("locks out after five wrong ones", async () => {
    const asked = await cognito.initiate("guessed");
    const { code } = lastMessage();
    const answer = (EMAIL_OTP_CODE: string) =>
      cognito.respond("EMAIL_OTP", "guessed", asked.Session, { EMAIL_OTP_CODE });
    for (let attempt = 0; attempt < 5; attempt += 1) await refusalOf(answer(another(code)));
    expect(await refusalOf(answer(code))).toBe(
      "NotAuthorizedException: Password attempts exceeded",
    );
  });
});

describe("SELECT_MFA_TYPE", () => {
  test("lets a user of several second factors choose, and then asks for the chosen one", async () => {
    const asked = await cognito.initiate("choice");
    expect(asked.ChallengeName).toBe("SELECT_MFA_TYPE");
    expect(asked.ChallengeParameters).toEqual({
      MFAS_CAN_CHOOSE: '["SOFTWARE_TOKEN_MFA","SMS_MFA"]',
      USER_ID_FOR_SRP: "choice",
    });
    const choose = (ANSWER: string) =>
      cognito.respond("SELECT_MFA_TYPE", "choice", asked.Session, { ANSWER });
    expect(await refusalOf(choose("EMAIL_OTP"))).toBe(
      "InvalidParameterException: Invalid MFA type selected",
    );
    const bySms = await choose("SMS_MFA");
    expect(bySms.ChallengeName).toBe("SMS_MFA");
    const SMS_MFA_CODE = lastMessage().code;
    tokensOf(await cognito.respond("SMS_MFA", "choice", bySms.Session, { SMS_MFA_CODE }));
  });

  test("leads to the authenticator app as well", async () => {
    const asked = await cognito.initiate("choice");
    const next = await cognito.respond("SELECT_MFA_TYPE", "choice", asked.Session, {
      ANSWER: "SOFTWARE_TOKEN_MFA",
    });
    const code = { SOFTWARE_TOKEN_MFA_CODE: cognito.totpCode() };
    tokensOf(await cognito.respond("SOFTWARE_TOKEN_MFA", "choice", next.Session, code));
  });
});

describe("MFA_SETUP", () => {
  const associate = (Session: string | undefined) =>
    cognito.sdk.send(new AssociateSoftwareTokenCommand({ Session }));
  const verify = (Session: string | undefined, UserCode: string) =>
    cognito.sdk.send(new VerifySoftwareTokenCommand({ Session, UserCode }));
  const finish = (username: string, session: string | undefined) =>
    cognito.respond("MFA_SETUP", username, session, {});
  const codeOf = (secret: string | undefined) =>
    generateSync({ secret: secret ?? "", epoch: Math.floor(cognito.now() / 1000) });

  test("gives a secret, takes its first code, then lets the user in; the next sign-in asks for a code", async () => {
    const asked = await cognito.initiate("setup");
    expect(asked).toMatchObject({
      ChallengeName: "MFA_SETUP",
      ChallengeParameters: {
        MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]',
        USER_ID_FOR_SRP: "setup",
      },
    });
    const { SecretCode, Session } = await associate(asked.Session);
    expect(SecretCode).toMatch(/^[A-Z2-7]{32}$/);
    expect(await refusalOf(associate(asked.Session))).toMatch(/Invalid session/);
    expect(await refusalOf(finish("setup", Session))).toMatch(/^SoftwareTokenMFANotFoundException/);
    expect(await refusalOf(verify(Session, another(codeOf(SecretCode))))).toBe(
      "EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA",
    );
    const verified = await verify(Session, codeOf(SecretCode));
    expect(verified.Status).toBe("SUCCESS");
    tokensOf(await finish("setup", verified.Session));
    const again = await cognito.initiate("setup");
    expect(again.ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
    cognito.advance(30);
    const code = { SOFTWARE_TOKEN_MFA_CODE: codeOf(SecretCode) };
    tokensOf(await cognito.respond("SOFTWARE_TOKEN_MFA", "setup", again.Session, code));
  });

  test("cannot be done twice with two sessions", async () => {
    const [one, other] = [await cognito.initiate("twice"), await cognito.initiate("twice")];
    const [first, second] = [await associate(one.Session), await associate(other.Session)];
    await verify(first.Session, codeOf(first.SecretCode));
    expect(await refusalOf(verify(second.Session, codeOf(second.SecretCode)))).toMatch(
      /Invalid session/,
    );
  });

  test("is nothing that a session of another question, or none, can begin", async () => {
    const { Session } = await cognito.initiate("email");
    expect(await refusalOf(associate(Session))).toBe(
      "NotAuthorizedException: Invalid session for the user.",
    );
    expect(await refusalOf(associate(undefined))).toMatch(/^InvalidParameterException/);
    expect(await refusalOf(associate("x".repeat(40)))).toMatch(/Invalid session/);
  });
});
