import { InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CognitoUnderTest,
  password,
  refusalOf,
  startCognitoUnderTest,
  tokensOf,
  userNamed,
} from "./cognito-under-test.ts";

const wrongPassword = "NotAuthorizedException: Incorrect username or password.";
const attemptsExceeded = "NotAuthorizedException: Password attempts exceeded";

describe("InitiateAuth with USER_PASSWORD_AUTH", () => {
  let cognito: CognitoUnderTest;

  beforeAll(async () => {
    // Each test has a user of its own, so that no lockout of one is felt by another.
    cognito = await startCognitoUnderTest({
      users: [
        userNamed("demo"),
        userNamed("guessed"),
        userNamed("burst"),
        userNamed("parallel"),
        userNamed("disabled", { enabled: false }),
        userNamed("unconfirmed", { status: "UNCONFIRMED" }),
        userNamed("김철수"),
      ],
    });
  });
  afterAll(() => cognito.close());

  test("answers with tokens and no challenge when the password is right", async () => {
    const answer = await cognito.initiate("demo");
    expect(answer.ChallengeName).toBeUndefined();
    expect(answer.ChallengeParameters).toEqual({});
    expect(answer.AuthenticationResult).toMatchObject({ TokenType: "Bearer", ExpiresIn: 900 });
    expect(tokensOf(answer).refreshToken).toMatch(/^eyJ[\w-]+(\.[\w-]+){4}$/);
  });

  test("takes a user name in any case, with the hash over the spelling that was sent", async () => {
    tokensOf(await cognito.initiate("DeMo"));
  });

  test("takes a user name that is not ASCII", async () => {
    tokensOf(await cognito.initiate("김철수"));
  });

  test.each(["demo", "nobody", "__proto__", "constructor", "toString", " ", "a".repeat(5000)])(
    "answers a wrong password and an unknown user alike: %s",
    async (username) => {
      expect(await refusalOf(cognito.initiate(username, "wrong"))).toBe(wrongPassword);
    },
  );

  test.each([
    ["disabled", "NotAuthorizedException: User is disabled."],
    ["unconfirmed", "UserNotConfirmedException: User is not confirmed."],
  ])(
    "refuses the user %s whatever the password, as the real service does",
    async (name, refusal) => {
      expect(await refusalOf(cognito.initiate(name))).toBe(refusal);
      expect(await refusalOf(cognito.initiate(name, "wrong"))).toBe(refusal);
    },
  );

  test.each(["guessed", "never-existed"])(
    "locks %s out after five wrong passwords, for longer each time",
    async (username) => {
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        expect(await refusalOf(cognito.initiate(username, "wrong"))).toBe(wrongPassword);
      }
      expect(await refusalOf(cognito.initiate(username))).toBe(attemptsExceeded);
      cognito.advance(1.1);
      expect(await refusalOf(cognito.initiate(username, "wrong"))).toBe(wrongPassword);
      cognito.advance(1.1);
      expect(await refusalOf(cognito.initiate(username.toUpperCase()))).toBe(attemptsExceeded);
    },
  );

  test("lets the right password in once the lockout is over", async () => {
    cognito.advance(10);
    tokensOf(await cognito.initiate("guessed"));
  });

  test("does not let a burst of guesses outrun the lockout", async () => {
    const guesses = Array.from({ length: 12 }, () => refusalOf(cognito.initiate("burst", "wrong")));
    const refusals = await Promise.all(guesses);
    expect(refusals.filter((refusal) => refusal === wrongPassword)).toHaveLength(5);
    expect(refusals.filter((refusal) => refusal === attemptsExceeded)).toHaveLength(7);
  });

  test("lets the same user sign in many times at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => cognito.initiate("parallel")),
    );
    expect(new Set(answers.map((answer) => tokensOf(answer).accessToken)).size).toBe(10);
  });
});

describe("what InitiateAuth refuses before it looks at the user", () => {
  let cognito: CognitoUnderTest;

  beforeAll(async () => {
    cognito = await startCognitoUnderTest();
  });
  afterAll(() => cognito.close());

  const initiate = (input: Partial<ConstructorParameters<typeof InitiateAuthCommand>[0]>) =>
    refusalOf(
      cognito.sdk.send(
        new InitiateAuthCommand({
          AuthFlow: "USER_PASSWORD_AUTH",
          ClientId: cognito.pool.secretClient.id,
          AuthParameters: {
            USERNAME: "demo",
            PASSWORD: password,
            SECRET_HASH: cognito.secretHash("demo"),
          },
          ...input,
        }),
      ),
    );

  test("an app client that does not exist", async () => {
    expect(await initiate({ ClientId: "0nosuchclient" })).toBe(
      "ResourceNotFoundException: User pool client 0nosuchclient does not exist.",
    );
  });

  test("a secret client without SECRET_HASH", async () => {
    const { id } = cognito.pool.secretClient;
    expect(await initiate({ AuthParameters: { USERNAME: "demo", PASSWORD: password } })).toBe(
      `NotAuthorizedException: Client ${id} is configured with secret but SECRET_HASH was not received`,
    );
  });

  test.each([
    ["of another user", (other: string) => other],
    ["that is no base64", () => "!"],
    ["with something after it", (other: string) => `${other}=`],
  ])("a SECRET_HASH %s", async (_what, make) => {
    const { id } = cognito.pool.secretClient;
    const SECRET_HASH = make(cognito.secretHash("admin"));
    expect(
      await initiate({ AuthParameters: { USERNAME: "demo", PASSWORD: password, SECRET_HASH } }),
    ).toBe(`NotAuthorizedException: Unable to verify secret hash for client ${id}`);
  });

  test("USER_PASSWORD_AUTH through the public client", async () => {
    expect(await initiate({ ClientId: cognito.pool.publicClient.id })).toBe(
      "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
    );
  });

  test.each([
    ["CUSTOM_AUTH", "InvalidParameterException: CUSTOM_AUTH is not enabled for the client."],
    ["ADMIN_USER_PASSWORD_AUTH", "InvalidParameterException: Initiate Auth method not supported."],
  ] as const)("the flow %s", async (AuthFlow, refusal) => {
    expect(await initiate({ AuthFlow })).toBe(refusal);
  });

  test("a flow that is switched off for the client", async () => {
    const strict = await startCognitoUnderTest({ users: [userNamed("demo")], authFlows: [] });
    for (const [flow, words] of [
      ["USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."],
      ["USER_AUTH", "USER_AUTH is not enabled for the client."],
      ["USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"],
    ]) {
      const answer = await strict.call("InitiateAuth", {
        AuthFlow: flow,
        ClientId: strict.pool.secretClient.id,
        AuthParameters: { USERNAME: "demo", SECRET_HASH: strict.secretHash("demo") },
      });
      expect(answer.body).toEqual({ __type: "InvalidParameterException", message: words });
    }
    await strict.close();
  });

  test.each(["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] as const)(
    "%s, since the client's refresh tokens rotate",
    async (AuthFlow) => {
      const { refreshToken } = tokensOf(await cognito.initiate("demo"));
      expect(await initiate({ AuthFlow, AuthParameters: { REFRESH_TOKEN: refreshToken } })).toBe(
        "UnsupportedOperationException: This API does not support refresh token rotation",
      );
    },
  );

  test.each([
    [{}, "USERNAME"],
    [undefined, "USERNAME"],
    [{ USERNAME: "", PASSWORD: "x" }, "USERNAME"],
  ])("a user name that is missing", async (AuthParameters, name) => {
    expect(await initiate({ AuthParameters })).toBe(
      `InvalidParameterException: Missing required parameter ${name}`,
    );
  });

  test("a password that is missing", async () => {
    const SECRET_HASH = cognito.secretHash("demo");
    expect(await initiate({ AuthParameters: { USERNAME: "demo", SECRET_HASH } })).toBe(
      "InvalidParameterException: Missing required parameter PASSWORD",
    );
  });

  test("parameters that break the API's constraints, all named at once", async () => {
    expect(await initiate({ ClientId: "" })).toBe(
      "InvalidParameterException: 2 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+; Value at 'clientId' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
    expect(await initiate({ ClientId: undefined })).toBe(
      "InvalidParameterException: 1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must not be null",
    );
    expect(await initiate({ AuthFlow: undefined })).toBe(
      "InvalidParameterException: 1 validation error detected: Value null at 'authFlow' failed to satisfy constraint: Member must not be null",
    );
    expect(await initiate({ AuthFlow: "GUESS" as "USER_AUTH" })).toMatch(
      /^InvalidParameterException: 1 validation error detected: Value 'GUESS' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: \[USER_SRP_AUTH, /,
    );
  });
});
