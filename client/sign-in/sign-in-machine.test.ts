import { AppError } from "@cleanauth/common/app-error.ts";
import { describe, expect, it } from "vitest";
import type { CognitoReply } from "./cognito-answer.ts";
import { type SignInStage, signInError } from "./cognito-error.ts";
import { credentialsQuestion } from "./cognito-questions.ts";
import type { Answers, Question } from "./question.ts";
import { beginSignIn, type CognitoCall, type Decision, type Move } from "./sign-in-machine.ts";
import { takeAnswers } from "./take-answers.ts";
import { takeRefusal, takeReply } from "./take-reply.ts";

// Each case is a way in, told as what is answered, what Cognito replies and what the machine then does.

/** What happens to the machine: somebody answers, or Cognito replies or refuses. */
type Happening =
  | { answers: Answers }
  | { reply: CognitoReply }
  | { refusal: readonly [exception: string, message: string] };

const credentials = { answers: { username: "demo", password: "Sesam-1234" } };
const tokens = { reply: { kind: "tokens", issued: { accessToken: "a" } } } as const;
const verifierParameters = { USER_ID_FOR_SRP: "user-id", SRP_B: "b", SALT: "s", SECRET_BLOCK: "x" };
const verifier = challenge("PASSWORD_VERIFIER", verifierParameters, "");
const appCode = { answers: { code: "123 456" } };

function challenge(
  name: string,
  parameters: Readonly<Record<string, string>> = {},
  session = `session of ${name}`,
  available: readonly string[] = [],
): { reply: CognitoReply } {
  return { reply: { kind: "challenge", name, session, parameters, available } };
}

const codeSent = { reply: { kind: "code_sent", destination: "d***@e***" } } as const;
const done = { reply: { kind: "done" } } as const;
const noPassword = { answers: { username: "demo", password: "" } };
const notEnabled = (flow: string) => ({
  refusal: ["InvalidParameterException", `${flow} is not enabled for the client.`] as const,
});
const respond = (name: string, responses: object, username = "user-id") => ({
  operation: "RespondToAuthChallenge",
  challenge: name,
  session: `session of ${name}`,
  username,
  responses,
});

/** A way in: what happens, then what the machine decides for each of it. */
const ways: readonly [what: string, happenings: readonly Happening[], decisions: unknown[]][] = [
  [
    "SRP, and nothing more is asked",
    [credentials, verifier, tokens],
    [
      { operation: "InitiateAuth", flow: "USER_SRP_AUTH", username: "demo" },
      { operation: "ProvePassword", username: "user-id", parameters: verifierParameters },
      "signed in",
    ],
  ],
  [
    "the password itself, where the app client has no SRP",
    [credentials, notEnabled("USER_SRP_AUTH"), tokens],
    [
      { flow: "USER_SRP_AUTH" },
      { operation: "InitiateAuth", flow: "USER_PASSWORD_AUTH", password: "Sesam-1234" },
      "signed in",
    ],
  ],
  [
    "USER_AUTH, where the app client has only that",
    [
      credentials,
      notEnabled("USER_SRP_AUTH"),
      {
        refusal: [
          "InvalidParameterException",
          "USER_PASSWORD_AUTH flow not enabled for this client",
        ],
      },
      verifier,
      tokens,
    ],
    [
      { flow: "USER_SRP_AUTH" },
      { flow: "USER_PASSWORD_AUTH" },
      { flow: "USER_AUTH", username: "demo" },
      { operation: "ProvePassword" },
      "signed in",
    ],
  ],
  [
    "no flow at all",
    [credentials, ...["USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH"].map(notEnabled)],
    [{}, {}, {}, "failed: configuration_auth_flow"],
  ],
  [
    "no fall-back to the password for any other complaint about a parameter",
    [credentials, { refusal: ["InvalidParameterException", "Missing required parameter SRP_A"] }],
    [{ flow: "USER_SRP_AUTH" }, "failed: sign_in_refused"],
  ],
  [
    "a wrong password",
    [
      credentials,
      verifier,
      { refusal: ["NotAuthorizedException", "Incorrect username or password."] },
    ],
    [{}, {}, "failed: sign_in_refused"],
  ],
  [
    "a disabled user",
    [credentials, { refusal: ["NotAuthorizedException", "User is disabled."] }],
    [{}, "failed: sign_in_user_disabled"],
  ],
  [
    "a new password with attributes",
    [
      credentials,
      verifier,
      challenge("NEW_PASSWORD_REQUIRED", {
        USER_ID_FOR_SRP: "user-id",
        requiredAttributes: '["userAttributes.email"]',
      }),
      { answers: { password: "New-12345", email: "a@b.example" } },
      tokens,
    ],
    [
      {},
      {},
      "asks NEW_PASSWORD_REQUIRED: password, email",
      respond("NEW_PASSWORD_REQUIRED", {
        NEW_PASSWORD: "New-12345",
        "userAttributes.email": "a@b.example",
      }),
      "signed in",
    ],
  ],
  [
    "a new password that the policy refuses, then one that it takes",
    [
      credentials,
      challenge("NEW_PASSWORD_REQUIRED"),
      { answers: { password: "short" } },
      { refusal: ["InvalidPasswordException", "Password did not conform with policy"] },
      { answers: { password: "New-12345" } },
      tokens,
    ],
    [
      {},
      "asks NEW_PASSWORD_REQUIRED: password",
      respond("NEW_PASSWORD_REQUIRED", { NEW_PASSWORD: "short" }, "demo"),
      "asks NEW_PASSWORD_REQUIRED: password (sign_in_password_policy)",
      respond("NEW_PASSWORD_REQUIRED", { NEW_PASSWORD: "New-12345" }, "demo"),
      "signed in",
    ],
  ],
  ...(
    [
      ["SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE"],
      ["SMS_MFA", "SMS_MFA_CODE"],
      ["EMAIL_OTP", "EMAIL_OTP_CODE"],
      ["SMS_OTP", "SMS_OTP_CODE"],
    ] as const
  ).map(([name, response]): (typeof ways)[number] => [
    `${name}, a wrong code first`,
    [
      credentials,
      verifier,
      challenge(name, { USER_ID_FOR_SRP: "user-id", CODE_DELIVERY_DESTINATION: "d***@e***" }),
      { answers: { code: "111111" } },
      { refusal: ["CodeMismatchException", "Invalid code received for user"] },
      appCode,
      tokens,
    ],
    [
      {},
      {},
      `asks ${name}: code to d***@e***`,
      respond(name, { [response]: "111111" }),
      `asks ${name}: code to d***@e*** (sign_in_wrong_code)`,
      respond(name, { [response]: "123456" }),
      "signed in",
    ],
  ]),
  [
    "a code that never was one, without asking Cognito",
    [credentials, challenge("SMS_MFA"), { answers: { code: "abc" } }],
    [{}, "asks SMS_MFA: code", "asks SMS_MFA: code (sign_in_wrong_code)"],
  ],
  [
    "a session that expired: the attempt is over, and a late answer too",
    [
      credentials,
      challenge("SMS_MFA"),
      appCode,
      { refusal: ["NotAuthorizedException", "Invalid session for the user, session is expired."] },
      appCode,
    ],
    [
      {},
      "asks SMS_MFA: code",
      {},
      "failed: sign_in_session_expired",
      "failed: sign_in_session_expired",
    ],
  ],
  [
    "Cognito out of reach in between, which costs no attempt",
    [credentials, challenge("SMS_MFA"), appCode, { refusal: ["TooManyRequestsException", "Rate"] }],
    [{}, "asks SMS_MFA: code", {}, "asks SMS_MFA: code (sign_in_throttled)"],
  ],
  [
    "an authenticator app that is set up on the way, a wrong code first",
    [
      credentials,
      challenge("MFA_SETUP", {
        USER_ID_FOR_SRP: "user-id",
        MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]',
      }),
      { reply: { kind: "secret", secret: "JBSWY3DPEHPK3PXP", session: "s2" } },
      { answers: { code: "111111" } },
      { refusal: ["EnableSoftwareTokenMFAException", "Code mismatch"] },
      appCode,
      { reply: { kind: "verified", session: "s3" } },
      tokens,
    ],
    [
      {},
      { operation: "AssociateSoftwareToken", session: "session of MFA_SETUP" },
      "asks MFA_SETUP: code with JBSWY3DPEHPK3PXP",
      { operation: "VerifySoftwareToken", session: "s2", code: "111111" },
      "asks MFA_SETUP: code with JBSWY3DPEHPK3PXP (sign_in_wrong_code)",
      { operation: "VerifySoftwareToken", session: "s2", code: "123456" },
      {
        operation: "RespondToAuthChallenge",
        challenge: "MFA_SETUP",
        session: "s3",
        username: "user-id",
        responses: {},
      },
      "signed in",
    ],
  ],
  [
    "a second factor to set up that is none of a terminal's",
    [credentials, challenge("MFA_SETUP", { MFAS_CAN_SETUP: '["SMS_MFA"]' })],
    [{}, "failed: sign_in_unsupported_challenge"],
  ],
  [
    "a choice of second factors",
    [
      credentials,
      challenge("SELECT_MFA_TYPE", { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA"]' }),
      { answers: { choice: "SOFTWARE_TOKEN_MFA" } },
      challenge("SOFTWARE_TOKEN_MFA"),
      appCode,
      tokens,
    ],
    [
      {},
      "asks SELECT_MFA_TYPE: SMS_MFA or SOFTWARE_TOKEN_MFA",
      respond("SELECT_MFA_TYPE", { ANSWER: "SOFTWARE_TOKEN_MFA" }, "demo"),
      "asks SOFTWARE_TOKEN_MFA: code",
      respond("SOFTWARE_TOKEN_MFA", { SOFTWARE_TOKEN_MFA_CODE: "123456" }, "demo"),
      "signed in",
    ],
  ],
  [
    "a choice that was not offered",
    [
      credentials,
      challenge("SELECT_MFA_TYPE", { MFAS_CAN_CHOOSE: '["SMS_MFA"]' }),
      { answers: { choice: "EMAIL_OTP" } },
    ],
    [{}, "asks SELECT_MFA_TYPE: SMS_MFA", "asks SELECT_MFA_TYPE: SMS_MFA (sign_in_incomplete)"],
  ],
  [
    "no password: a code by e-mail",
    [
      noPassword,
      { answers: { choice: "USER_AUTH" } },
      challenge("SELECT_CHALLENGE", {}, undefined, ["WEB_AUTHN", "EMAIL_OTP"]),
      { answers: { choice: "EMAIL_OTP" } },
      challenge("EMAIL_OTP"),
      { answers: { code: "12345678" } },
      tokens,
    ],
    [
      "asks WITHOUT_PASSWORD: RESET_PASSWORD or USER_AUTH",
      { operation: "InitiateAuth", flow: "USER_AUTH", password: "" },
      "asks SELECT_CHALLENGE: EMAIL_OTP",
      respond("SELECT_CHALLENGE", { ANSWER: "EMAIL_OTP" }, "demo"),
      "asks EMAIL_OTP: code",
      respond("EMAIL_OTP", { EMAIL_OTP_CODE: "12345678" }, "demo"),
      "signed in",
    ],
  ],
  [
    "no password: the password after all, by SRP",
    [
      noPassword,
      { answers: { choice: "USER_AUTH" } },
      challenge("SELECT_CHALLENGE", {}, undefined, ["PASSWORD_SRP", "PASSWORD"]),
      { answers: { choice: "PASSWORD_SRP" } },
      { answers: { password: "Sesam-1234" } },
      verifier,
      tokens,
    ],
    [
      "asks WITHOUT_PASSWORD: RESET_PASSWORD or USER_AUTH",
      {},
      "asks SELECT_CHALLENGE: PASSWORD_SRP or PASSWORD",
      "asks PASSWORD_SRP: password",
      respond("SELECT_CHALLENGE", { ANSWER: "PASSWORD_SRP" }, "demo"),
      { operation: "ProvePassword", password: "Sesam-1234" },
      "signed in",
    ],
  ],
  [
    "the password in answer to SELECT_CHALLENGE, when it is known already",
    [
      credentials,
      challenge("SELECT_CHALLENGE", {}, undefined, ["PASSWORD"]),
      { answers: { choice: "PASSWORD" } },
      tokens,
    ],
    [
      {},
      "asks SELECT_CHALLENGE: PASSWORD",
      respond("SELECT_CHALLENGE", { ANSWER: "PASSWORD", PASSWORD: "Sesam-1234" }, "demo"),
      "signed in",
    ],
  ],
  [
    "only ways that a terminal has not",
    [
      noPassword,
      { answers: { choice: "USER_AUTH" } },
      challenge("SELECT_CHALLENGE", {}, undefined, ["WEB_AUTHN"]),
    ],
    [
      "asks WITHOUT_PASSWORD: RESET_PASSWORD or USER_AUTH",
      {},
      "failed: sign_in_unsupported_challenge",
    ],
  ],
  [
    "no password where the app client takes nothing else",
    [noPassword, { answers: { choice: "USER_AUTH" } }, notEnabled("USER_AUTH")],
    ["asks WITHOUT_PASSWORD: RESET_PASSWORD or USER_AUTH", {}, "failed: sign_in_password_needed"],
  ],
  [
    "a forgotten password: another code, a wrong one, then signed in with the new password",
    [
      noPassword,
      { answers: { choice: "RESET_PASSWORD" } },
      codeSent,
      { answers: { code: "" } },
      codeSent,
      { answers: { code: "111111", password: "New-12345" } },
      { refusal: ["CodeMismatchException", "Invalid verification code provided"] },
      { answers: { code: "222222", password: "New-12345" } },
      done,
      verifier,
      tokens,
    ],
    [
      "asks WITHOUT_PASSWORD: RESET_PASSWORD or USER_AUTH",
      { operation: "ForgotPassword", username: "demo" },
      "asks RESET_PASSWORD: code, password to d***@e***",
      { operation: "ForgotPassword", username: "demo" },
      "asks RESET_PASSWORD: code, password to d***@e***",
      { operation: "ConfirmForgotPassword", code: "111111", password: "New-12345" },
      "asks RESET_PASSWORD: code, password to d***@e*** (sign_in_wrong_code)",
      { operation: "ConfirmForgotPassword", code: "222222" },
      { operation: "InitiateAuth", flow: "USER_SRP_AUTH" },
      { operation: "ProvePassword", password: "New-12345" },
      "signed in",
    ],
  ],
  [
    "a code for a new password that cannot be sent just now: the choice is asked again",
    [
      noPassword,
      { answers: { choice: "RESET_PASSWORD" } },
      { refusal: ["LimitExceededException", "Attempt limit exceeded"] },
    ],
    [
      "asks WITHOUT_PASSWORD: RESET_PASSWORD or USER_AUTH",
      {},
      "asks WITHOUT_PASSWORD: RESET_PASSWORD or USER_AUTH (sign_in_throttled)",
    ],
  ],
  [
    "a password that an administrator has reset",
    [
      credentials,
      verifier,
      { refusal: ["PasswordResetRequiredException", "Password reset required for the user"] },
      { answers: { code: "222222", password: "New-12345" } },
      done,
    ],
    [
      {},
      {},
      "asks RESET_PASSWORD: code, password",
      { operation: "ConfirmForgotPassword", username: "demo" },
      { operation: "InitiateAuth", password: "New-12345" },
    ],
  ],
  [
    "an unconfirmed user: another code, an old one, then signed in with the password",
    [
      credentials,
      { refusal: ["UserNotConfirmedException", "User is not confirmed."] },
      { answers: { code: "" } },
      codeSent,
      { answers: { code: "111111" } },
      { refusal: ["ExpiredCodeException", "Invalid code provided, please request a code again."] },
      { answers: { code: "222222" } },
      done,
      verifier,
      tokens,
    ],
    [
      {},
      "asks CONFIRM_SIGN_UP: code",
      { operation: "ResendConfirmationCode", username: "demo" },
      "asks CONFIRM_SIGN_UP: code to d***@e***",
      { operation: "ConfirmSignUp", code: "111111" },
      "asks CONFIRM_SIGN_UP: code to d***@e*** (sign_in_code_expired)",
      { operation: "ConfirmSignUp", code: "222222" },
      { operation: "InitiateAuth", flow: "USER_SRP_AUTH", password: "Sesam-1234" },
      {},
      "signed in",
    ],
  ],
  [
    "an unconfirmed user whom somebody else confirmed meanwhile",
    [
      credentials,
      { refusal: ["UserNotConfirmedException", "User is not confirmed."] },
      { answers: { code: "222222" } },
      {
        refusal: [
          "NotAuthorizedException",
          "User cannot be confirmed. Current status is CONFIRMED",
        ],
      },
      tokens,
    ],
    [
      {},
      "asks CONFIRM_SIGN_UP: code",
      { operation: "ConfirmSignUp" },
      { operation: "InitiateAuth" },
      "signed in",
    ],
  ],
  ...(["CUSTOM_CHALLENGE", "WEB_AUTHN", "DEVICE_SRP_AUTH", "X\x1b[31m"] as const).map(
    (name): (typeof ways)[number] => [
      `${JSON.stringify(name)}, which a terminal cannot answer`,
      [credentials, challenge(name)],
      [{}, "failed: sign_in_unsupported_challenge"],
    ],
  ),
];

describe("the way in", () => {
  it.each(ways)("%s", (_what, happenings, decisions) => {
    expect(happenings).toHaveLength(decisions.length);
    const play = createPlay();
    for (const [index, happening] of happenings.entries()) {
      const decision = play(happening);
      const expected = decisions[index];
      if (typeof expected === "string") expect(describeDecision(decision)).toBe(expected);
      else expect(decision.kind === "call" && decision.call).toMatchObject(expected as object);
    }
  });

  it("begins with the password where the pool is not known, for SRP needs its name", () => {
    const play = createPlay(false);
    expect(play(credentials)).toMatchObject({ call: { flow: "USER_PASSWORD_AUTH" } });
  });

  it("keeps no password once there are tokens, or the attempt has failed", () => {
    const question = credentialsQuestion();
    const [state, decision] = takeAnswers(beginSignIn(true), question, credentials.answers);
    if (decision.kind !== "call") return expect.unreachable();
    expect(JSON.stringify(state)).toContain("Sesam-1234");
    const refused = new AppError("sign_in_refused", "x", "y");
    const ends: Move[] = [
      takeReply(state, decision.call, tokens.reply),
      takeRefusal(state, decision.call, refused, null),
    ];
    for (const [end] of ends) expect(JSON.stringify(end)).not.toContain("Sesam-1234");
  });
});

/** Carries a machine along; the refusals are worded by the same rules as the service's. */
function createPlay(knowsPool = true): (happening: Happening) => Decision {
  let state = beginSignIn(knowsPool);
  let asked: Question = credentialsQuestion();
  let answered: Question | null = null;
  let called: { call: CognitoCall; stage: SignInStage } | undefined;
  return (happening) => {
    const move = () => {
      if ("answers" in happening) {
        answered = asked;
        return takeAnswers(state, asked, happening.answers);
      }
      if (called === undefined) throw new Error("nothing was called");
      const question = answered;
      answered = null;
      if ("reply" in happening) return takeReply(state, called.call, happening.reply);
      const [name, message] = happening.refusal;
      const sdkError = Object.assign(new Error(message), { name, $metadata: {} });
      return takeRefusal(state, called.call, signInError(sdkError, called.stage), question);
    };
    const [next, decision] = move();
    state = next;
    called = decision.kind === "call" ? decision : undefined;
    if (decision.kind === "ask") asked = decision.question;
    return decision;
  };
}

function describeDecision(decision: Decision): string {
  switch (decision.kind) {
    case "call":
      return `calls ${decision.call.operation}`;
    case "signed_in":
      return "signed in";
    case "failed":
      return `failed: ${decision.error.code}`;
    case "ask": {
      const { question, problem } = decision;
      const fields = question.fields.map(({ name, choices }) =>
        choices.length === 0 ? name : choices.join(" or "),
      );
      const to = question.sentTo === null ? "" : ` to ${question.sentTo}`;
      const app = question.app === null ? "" : ` with ${question.app.key}`;
      const wrong = problem === null ? "" : ` (${problem.code})`;
      return `asks ${question.name}: ${fields.join(", ")}${to}${app}${wrong}`;
    }
  }
}
