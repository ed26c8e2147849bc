import {
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  ResendConfirmationCodeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CognitoUnderTest,
  password,
  refusalOf,
  startCognitoUnderTest,
  tokensOf,
  userNamed,
} from "../cognito-under-test.ts";

const newPassword = "Neues-Pferd-10";
const mismatch = "CodeMismatchException: Invalid verification code provided, please try again.";
const expired = "ExpiredCodeException: Invalid code provided, please request a code again.";
const limit = "LimitExceededException: Attempt limit exceeded, please try after some time.";

let cognito: CognitoUnderTest;
beforeAll(async () => {
  const unverified = { email: "u@example.com", email_verified: "false" };
  cognito = await startCognitoUnderTest({
    users: [
      userNamed("forgetful"),
      userNamed("slow"),
      userNamed("guessed"),
      userNamed("pestered"),
      userNamed("reset", { status: "RESET_REQUIRED" }),
      userNamed("newbie", { status: "FORCE_CHANGE_PASSWORD" }),
      userNamed("disabled", { enabled: false }),
      userNamed("unverified", { attributes: unverified }),
      userNamed("unconfirmed", { status: "UNCONFIRMED", attributes: unverified }),
    ],
  });
});
afterAll(() => cognito.close());

const caller = (Username: string) => ({
  ClientId: cognito.pool.secretClient.id,
  Username,
  SecretHash: cognito.secretHash(Username),
});
const forget = (username: string) => cognito.sdk.send(new ForgotPasswordCommand(caller(username)));
const reset = (username: string, ConfirmationCode: string, Password = newPassword) =>
  cognito.sdk.send(
    new ConfirmForgotPasswordCommand({ ...caller(username), ConfirmationCode, Password }),
  );
const resend = (username: string) =>
  cognito.sdk.send(new ResendConfirmationCodeCommand(caller(username)));
const confirm = (username: string, ConfirmationCode: string) =>
  cognito.sdk.send(new ConfirmSignUpCommand({ ...caller(username), ConfirmationCode }));
const lastCode = () => cognito.pool.messages.all().at(-1)?.code ?? "";
const another = (code: string) => (code.startsWith("0") ? "1" : "0") + code.slice(1);

describe("a forgotten password", () => {
  test("is replaced with the code that was sent, once", async () => {
    expect((await forget("forgetful")).CodeDeliveryDetails).toEqual({
      AttributeName: "email",
      DeliveryMedium: "EMAIL",
      Destination: "f***@e***",
    });
    const code = lastCode();
    expect(await refusalOf(reset("forgetful", another(code)))).toBe(mismatch);
    expect(await refusalOf(reset("forgetful", code, "too-weak"))).toMatch(
      /^InvalidPasswordException: Password did not conform with policy/,
    );
    await reset("forgetful", code);
    tokensOf(await cognito.initiate("forgetful", newPassword));
    expect(await refusalOf(cognito.initiate("forgetful", password))).toMatch(/Incorrect/);
    expect(await refusalOf(reset("forgetful", code))).toBe(expired);
  });

  test("is how a user gets in whose password an administrator has reset", async () => {
    expect(await refusalOf(cognito.initiate("reset"))).toBe(
      "PasswordResetRequiredException: Password reset required for the user",
    );
    await forget("reset");
    await reset("reset", lastCode());
    tokensOf(await cognito.initiate("reset", newPassword));
  });

  test("asks for a new code after an hour", async () => {
    await forget("slow");
    const code = lastCode();
    cognito.advance(3600);
    expect(await refusalOf(reset("slow", code))).toBe(expired);
  });

  test("takes five guesses and sends five codes an hour", async () => {
    await forget("guessed");
    const code = lastCode();
    for (let guess = 0; guess < 5; guess += 1) {
      expect(await refusalOf(reset("guessed", another(code)))).toBe(mismatch);
    }
    expect(await refusalOf(reset("guessed", code))).toBe(limit);
    for (let request = 0; request < 5; request += 1) await forget("pestered");
    expect(await refusalOf(forget("pestered"))).toBe(limit);
    cognito.advance(3600);
    await forget("pestered");
  });

  test("of a name that nobody has is answered as if it were sent, and is not", async () => {
    const sent = cognito.pool.messages.all().length;
    expect((await forget("nobody")).CodeDeliveryDetails?.Destination).toBe("n***@e***");
    expect(cognito.pool.messages.all()).toHaveLength(sent);
    expect(await refusalOf(reset("nobody", "123456"))).toBe(mismatch);
  });

  test.each([
    ["newbie", "NotAuthorizedException: User password cannot be reset in the current state."],
    ["disabled", "NotAuthorizedException: User is disabled."],
    [
      "unverified",
      "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number",
    ],
  ])("of %s is refused", async (username, refusal) => {
    expect(await refusalOf(forget(username))).toBe(refusal);
  });

  test("demands the secret hash", async () => {
    const { id } = cognito.pool.secretClient;
    const { body } = await cognito.call("ForgotPassword", { ClientId: id, Username: "slow" });
    expect(body?.message).toBe(
      `Client ${id} is configured with secret but SECRET_HASH was not received`,
    );
  });
});

describe("an unconfirmed user", () => {
  test("is sent a code again, gives it and may sign in", async () => {
    expect(await refusalOf(confirm("unconfirmed", "123456"))).toBe(expired);
    expect((await resend("unconfirmed")).CodeDeliveryDetails?.Destination).toBe("u***@e***");
    const code = lastCode();
    expect(await refusalOf(confirm("unconfirmed", another(code)))).toBe(mismatch);
    await confirm("unconfirmed", code);
    const { accessToken } = tokensOf(await cognito.initiate("unconfirmed"));
    expect((await cognito.getUser(accessToken)).UserAttributes).toContainEqual({
      Name: "email_verified",
      Value: "true",
    });
    expect(await refusalOf(resend("unconfirmed"))).toBe(
      "InvalidParameterException: User is already confirmed.",
    );
    expect(await refusalOf(confirm("unconfirmed", code))).toBe(
      "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED",
    );
  });
});
