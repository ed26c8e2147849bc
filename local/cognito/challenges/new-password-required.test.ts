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

const unknownSession = "NotAuthorizedException: Invalid session for the user.";
const usedSession =
  "NotAuthorizedException: Invalid session for the user, session can only be used once.";
const newPassword = "Neues-Pferd-10";

describe("NEW_PASSWORD_REQUIRED", () => {
  let cognito: CognitoUnderTest;

  beforeAll(async () => {
    const status = "FORCE_CHANGE_PASSWORD";
    cognito = await startCognitoUnderTest({
      users: [
        userNamed("newbie", { status }),
        userNamed("twice", { status }),
        userNamed("raced", { status }),
        userNamed("nameless", { status, attributes: { nickname: "n" } }),
        userNamed("both", { status, totpSecret }),
        userNamed("pending", { status }),
        userNamed("mfa", { totpSecret }),
      ],
    });
  });
  afterAll(() => cognito.close());

  const answer = (username: string, session: string | undefined, more: Record<string, string>) =>
    cognito.respond("NEW_PASSWORD_REQUIRED", username, session, more);

  test("is asked only once the temporary password is right", async () => {
    expect(await refusalOf(cognito.initiate("newbie", "wrong"))).toBe(
      "NotAuthorizedException: Incorrect username or password.",
    );
    const asked = await cognito.initiate("newbie");
    expect(asked.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    expect(asked.AuthenticationResult).toBeUndefined();
    expect(asked.ChallengeParameters).toEqual({
      USER_ID_FOR_SRP: "newbie",
      requiredAttributes: "[]",
      userAttributes: '{"email":"newbie@example.com","email_verified":"true"}',
    });
  });

  test("gives tokens for a new password, which from then on is the only one", async () => {
    const { Session } = await cognito.initiate("newbie");
    const { accessToken } = tokensOf(
      await answer("NEWBIE", Session, { NEW_PASSWORD: newPassword }),
    );
    expect((await cognito.getUser(accessToken)).Username).toBe("newbie");
    tokensOf(await cognito.initiate("newbie", newPassword));
    expect(await refusalOf(cognito.initiate("newbie", password))).toBe(
      "NotAuthorizedException: Incorrect username or password.",
    );
  });

  test.each([
    ["Short1!", "Password not long enough"],
    ["alllower-1", "Password must have uppercase characters"],
    ["ALLUPPER-1", "Password must have lowercase characters"],
    ["No-numbers", "Password must have numeric characters"],
    ["NoSymbols1", "Password must have symbol characters"],
  ])("refuses %s by the pool's policy and leaves the session open", async (NEW_PASSWORD, rule) => {
    const { Session } = await cognito.initiate("pending");
    expect(await refusalOf(answer("pending", Session, { NEW_PASSWORD }))).toBe(
      `InvalidPasswordException: Password did not conform with policy: ${rule}`,
    );
    expect(await refusalOf(answer("pending", Session, { NEW_PASSWORD: "" }))).toBe(
      "InvalidParameterException: Missing required parameter NEW_PASSWORD",
    );
  });

  test("takes one answer to a session, even of two that come at once", async () => {
    const { Session } = await cognito.initiate("twice");
    const outcomes = await Promise.allSettled([
      answer("twice", Session, { NEW_PASSWORD: newPassword }),
      answer("twice", Session, { NEW_PASSWORD: `${newPassword}!` }),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await refusalOf(answer("twice", Session, { NEW_PASSWORD: newPassword }))).toBe(
      usedSession,
    );
  });

  test("takes no answer to an older session once the password is set", async () => {
    const [older, newer] = [await cognito.initiate("raced"), await cognito.initiate("raced")];
    const outcomes = await Promise.allSettled([
      answer("raced", newer.Session, { NEW_PASSWORD: newPassword }),
      answer("raced", older.Session, { NEW_PASSWORD: `${newPassword}!` }),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await refusalOf(answer("raced", older.Session, { NEW_PASSWORD: "Drittes-11" }))).toMatch(
      /^NotAuthorizedException: Invalid session for the user/,
    );
  });

  test("names the attributes that the pool demands and the user lacks, and takes them", async () => {
    const { Session, ChallengeParameters } = await cognito.initiate("nameless");
    expect(ChallengeParameters?.requiredAttributes).toBe('["userAttributes.email"]');
    const withEmail = { NEW_PASSWORD: newPassword, "userAttributes.email": "n@example.com" };
    expect(await refusalOf(answer("nameless", Session, { NEW_PASSWORD: newPassword }))).toBe(
      "InvalidParameterException: Invalid attributes given, email is missing",
    );
    expect(
      await refusalOf(answer("nameless", Session, { ...withEmail, "userAttributes.rank": "1" })),
    ).toBe("InvalidParameterException: user.rank: Attribute does not exist in the schema.\n");
    expect(
      await refusalOf(
        answer("nameless", Session, { ...withEmail, "userAttributes.nickname": "x" }),
      ),
    ).toBe("NotAuthorizedException: Cannot modify an already provided nickname");
    expect(
      await refusalOf(answer("nameless", Session, { ...withEmail, "userAttributes.sub": "x" })),
    ).toBe("NotAuthorizedException: A client attempted to write unauthorized attribute");
    expect(
      await refusalOf(
        answer("nameless", Session, { ...withEmail, "userAttributes.name": "x".repeat(2049) }),
      ),
    ).toBe("InvalidParameterException: user.name: String must be no longer than 2048 characters");
    const { accessToken } = tokensOf(await answer("nameless", Session, withEmail));
    expect((await cognito.getUser(accessToken)).UserAttributes).toContainEqual({
      Name: "email",
      Value: "n@example.com",
    });
  });

  test("is followed by the code of a user who has an authenticator app", async () => {
    const first = await cognito.initiate("both");
    const second = await answer("both", first.Session, { NEW_PASSWORD: newPassword });
    expect(second.ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
    expect(second.AuthenticationResult).toBeUndefined();
    const code = { SOFTWARE_TOKEN_MFA_CODE: cognito.totpCode() };
    expect(
      await refusalOf(cognito.respond("SOFTWARE_TOKEN_MFA", "both", first.Session, code)),
    ).toBe(unknownSession);
    tokensOf(await cognito.respond("SOFTWARE_TOKEN_MFA", "both", second.Session, code));
  });

  test("does not let the session of one challenge answer another", async () => {
    const { Session } = await cognito.initiate("mfa");
    expect(await refusalOf(answer("mfa", Session, { NEW_PASSWORD: newPassword }))).toBe(
      unknownSession,
    );
  });
});
