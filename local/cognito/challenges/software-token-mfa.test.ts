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

const unknownSession = "NotAuthorizedException: Invalid session for the user.";
const usedSession =
  "NotAuthorizedException: Invalid session for the user, session can only be used once.";
const expiredSession = "NotAuthorizedException: Invalid session for the user, session is expired.";

describe("SOFTWARE_TOKEN_MFA", () => {
  let cognito: CognitoUnderTest;

  beforeAll(async () => {
    cognito = await startCognitoUnderTest({
      users: ["mfa", "other", "guessed", "raced"].map((name) => userNamed(name, { totpSecret })),
    });
  });
  afterAll(() => cognito.close());

  const answer = (session: string | undefined, code: string, username = "mfa") =>
    cognito.respond("SOFTWARE_TOKEN_MFA", username, session, { SOFTWARE_TOKEN_MFA_CODE: code });
  const codeOfStep = (step: number) =>
    generateSync({ secret: totpSecret, epoch: Math.floor(cognito.now() / 1000) + step * 30 });
  const wrongCode = () => (cognito.totpCode().startsWith("0") ? "111111" : "000000");

  test("is asked after the password and gives tokens for the code", async () => {
    const asked = await cognito.initiate("mfa");
    expect(asked).toMatchObject({
      ChallengeName: "SOFTWARE_TOKEN_MFA",
      ChallengeParameters: { USER_ID_FOR_SRP: "mfa" },
    });
    const { accessToken } = tokensOf(await answer(asked.Session, cognito.totpCode()));
    expect(await cognito.getUser(accessToken)).toMatchObject({
      PreferredMfaSetting: "SOFTWARE_TOKEN_MFA",
      UserMFASettingList: ["SOFTWARE_TOKEN_MFA"],
    });
  });

  test("takes no code twice, even in another session", async () => {
    cognito.advance(60);
    const code = cognito.totpCode();
    tokensOf(await answer((await cognito.initiate("mfa")).Session, code));
    const { Session } = await cognito.initiate("mfa");
    const spent = "ExpiredCodeException: Your software token has already been used once.";
    expect(await refusalOf(answer(Session, code))).toBe(spent);
    expect(await refusalOf(answer(Session, codeOfStep(-1)))).toBe(spent);
    cognito.advance(30);
    tokensOf(await answer(Session, cognito.totpCode()));
  });

  test("takes a code once, even of many answers that come at once", async () => {
    const sessions = await Promise.all([1, 2, 3, 4].map(() => cognito.initiate("raced")));
    const code = cognito.totpCode();
    const outcomes = await Promise.allSettled(
      sessions.map(({ Session }) => answer(Session, code, "raced")),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test.each([-1, 1])("takes the code of the time step %i beside the current one", async (step) => {
    cognito.advance(120);
    tokensOf(await answer((await cognito.initiate("mfa")).Session, codeOfStep(step)));
  });

  test.each([-2, 2])("refuses the code of the time step %i from the current one", async (step) => {
    cognito.advance(120);
    const { Session } = await cognito.initiate("mfa");
    expect(await refusalOf(answer(Session, codeOfStep(step)))).toBe(
      "CodeMismatchException: Invalid code received for user",
    );
    tokensOf(await answer(Session, cognito.totpCode()));
  });

  test.each(["", "12345", "1234567", "abcdef", "１２３４５６"])(
    "refuses what is no code: %j",
    async (code) => {
      cognito.advance(120);
      const { Session } = await cognito.initiate("other");
      expect(await refusalOf(answer(Session, code, "other"))).toBe(
        code === ""
          ? "InvalidParameterException: Missing required parameter SOFTWARE_TOKEN_MFA_CODE"
          : "CodeMismatchException: Invalid code received for user",
      );
    },
  );

  test("locks out after five wrong codes, whatever sessions they are spread over", async () => {
    let session: string | undefined;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      session = (await cognito.initiate("guessed")).Session;
      expect(await refusalOf(answer(session, wrongCode(), "guessed"))).toBe(
        "CodeMismatchException: Invalid code received for user",
      );
    }
    expect(await refusalOf(answer(session, cognito.totpCode(), "guessed"))).toBe(
      "NotAuthorizedException: Password attempts exceeded",
    );
    cognito.advance(1.1);
    tokensOf(await answer(session, cognito.totpCode(), "guessed"));
  });

  test("binds a session to its user and challenge, and forgets one that was used", async () => {
    cognito.advance(120);
    const { Session } = await cognito.initiate("mfa");
    const code = cognito.totpCode();
    expect(await refusalOf(answer(Session, code, "other"))).toBe(unknownSession);
    expect(await refusalOf(answer(Session, code, "nobody"))).toBe(unknownSession);
    expect(await refusalOf(answer("x".repeat(40), code))).toBe(unknownSession);
    expect(
      await refusalOf(cognito.respond("SMS_MFA", "mfa", Session, { SMS_MFA_CODE: code })),
    ).toBe(unknownSession);
    tokensOf(await answer(Session, code));
    expect(await refusalOf(answer(Session, code))).toBe(usedSession);
  });

  test("ends a session after three minutes", async () => {
    const { Session } = await cognito.initiate("mfa");
    cognito.advance(3 * 60);
    expect(await refusalOf(answer(Session, cognito.totpCode()))).toBe(expiredSession);
  });

  test("refuses a user who was disabled between the two steps", async () => {
    const { Session } = await cognito.initiate("other");
    const user = cognito.pool.users.find("other");
    if (user !== undefined) user.enabled = false;
    expect(await refusalOf(answer(Session, cognito.totpCode(), "other"))).toBe(
      "NotAuthorizedException: User is disabled.",
    );
  });

  test("demands session, user name, secret hash and an app client that exists", async () => {
    const { Session } = await cognito.initiate("mfa");
    const { id } = cognito.pool.secretClient;
    const respond = (input: { client?: string; session?: string | undefined; hash?: string }) =>
      cognito.call("RespondToAuthChallenge", {
        ChallengeName: "SOFTWARE_TOKEN_MFA",
        ClientId: input.client ?? id,
        Session: "session" in input ? input.session : Session,
        ChallengeResponses: { USERNAME: "mfa", SECRET_HASH: input.hash },
      });
    const hash = cognito.secretHash("mfa");
    const said = async (input: Parameters<typeof respond>[0]) => (await respond(input)).body;
    expect(await said({ hash, client: "gone" })).toMatchObject({
      __type: "ResourceNotFoundException",
    });
    expect(await said({ hash, session: undefined })).toEqual({
      __type: "InvalidParameterException",
      message: "Missing required parameter Session",
    });
    expect(await said({ hash, session: "short" })).toEqual({
      __type: "InvalidParameterException",
      message:
        "1 validation error detected: Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to 20",
    });
    expect(await said({})).toEqual({
      __type: "NotAuthorizedException",
      message: `Client ${id} is configured with secret but SECRET_HASH was not received`,
    });
    expect(await said({ hash: `x${hash.slice(1)}` })).toEqual({
      __type: "NotAuthorizedException",
      message: `Unable to verify secret hash for client ${id}`,
    });
    expect(await said({ hash, client: cognito.pool.publicClient.id })).toEqual({
      __type: "NotAuthorizedException",
      message: "Invalid session for the user.",
    });
  });
});
