import type { AppError } from "@cleanauth/common/app-error.ts";
import { attributeResponses } from "./cognito-answer.ts";
import { type SignInStage, sessionExpired } from "./cognito-error.ts";
import {
  asksForCode,
  codeResponses,
  passwordQuestion,
  withoutPasswordQuestion,
} from "./cognito-questions.ts";
import type { Answers, Question } from "./question.ts";
import {
  ask,
  fail,
  initiate,
  type Move,
  type SignInState,
  type WaitsFor,
} from "./sign-in-machine.ts";
import { incomplete, noChoice, noCode } from "./sign-in-problems.ts";

/**
 * Somebody answered.
 *
 * @param question the question that was answered
 */
export function takeAnswers(state: SignInState, question: Question, answers: Answers): Move {
  const { waitsFor, username } = state;
  const missing = missingAnswer(question, answers);
  if (missing !== null) return ask(state, question, missing);
  switch (waitsFor.kind) {
    case "nothing":
      return fail(state, sessionExpired());
    case "credentials":
      return takeCredentials(state, given(answers, "username"), given(answers, "password"));
    case "without_password":
      if (given(answers, "choice") === "RESET_PASSWORD") return sendResetCode(state);
      return initiate({ ...state, flows: ["USER_AUTH"] });
    case "reset": {
      const code = withoutBlanks(given(answers, "code"));
      if (code === "") return sendResetCode(state);
      const password = given(answers, "password");
      const call = { operation: "ConfirmForgotPassword", username, code, password } as const;
      return [
        { ...state, password },
        { kind: "call", call, stage: "reset" },
      ];
    }
    case "confirm": {
      const code = withoutBlanks(given(answers, "code"));
      if (code === "") return sendConfirmationCode(state);
      const call = { operation: "ConfirmSignUp", username, code } as const;
      return [state, { kind: "call", call, stage: "confirm" }];
    }
    case "set_up_app": {
      const code = withoutBlanks(given(answers, "code"));
      const call = {
        operation: "VerifySoftwareToken",
        session: waitsFor.session,
        code,
      } as const;
      return [state, { kind: "call", call, stage: "authenticator" }];
    }
    case "challenge":
      return answerChallenge(state, waitsFor, answers);
  }
}

function takeCredentials(state: SignInState, username: string, password: string): Move {
  const next = { ...state, username, password };
  if (password !== "") return initiate(next);
  return ask({ ...next, waitsFor: { kind: "without_password" } }, withoutPasswordQuestion(), null);
}

function sendResetCode(state: SignInState): Move {
  const call = { operation: "ForgotPassword", username: state.username } as const;
  return [
    { ...state, waitsFor: { kind: "reset" } },
    { kind: "call", call, stage: "reset" },
  ];
}

function sendConfirmationCode(state: SignInState): Move {
  const call = { operation: "ResendConfirmationCode", username: state.username } as const;
  return [
    { ...state, waitsFor: { kind: "confirm" } },
    { kind: "call", call, stage: "confirm" },
  ];
}

function answerChallenge(
  state: SignInState,
  asked: Extract<WaitsFor, { kind: "challenge" }>,
  answers: Answers,
): Move {
  const { name, session, username } = asked;
  const respond = (responses: Record<string, string>, stage: SignInStage): Move => {
    const call = {
      operation: "RespondToAuthChallenge",
      challenge: name,
      session,
      username,
      responses,
    } as const;
    return [state, { kind: "call", call, stage }];
  };
  if (asksForCode(name)) {
    const stage = name === "SOFTWARE_TOKEN_MFA" ? "authenticator" : "sent_code";
    return respond({ [codeResponses[name]]: withoutBlanks(given(answers, "code")) }, stage);
  }
  switch (name) {
    case "NEW_PASSWORD_REQUIRED": {
      const { password = "", ...attributes } = answers;
      return respond({ NEW_PASSWORD: password, ...attributeResponses(attributes) }, "new_password");
    }
    case "PASSWORD":
    case "PASSWORD_SRP": {
      const password = given(answers, "password");
      return provePassword({ ...state, password }, asked, name);
    }
    default: {
      const choice = given(answers, "choice");
      const isPassword = choice === "PASSWORD" || choice === "PASSWORD_SRP";
      if (name !== "SELECT_CHALLENGE" || !isPassword) {
        return respond({ ANSWER: choice }, "sent_code");
      }
      if (state.password !== "") return provePassword(state, asked, choice);
      return ask(
        { ...state, waitsFor: { ...asked, name: choice } },
        passwordQuestion(choice),
        null,
      );
    }
  }
}

/** Answers `SELECT_CHALLENGE` with the password: as it is, or by SRP. */
function provePassword(
  state: SignInState,
  { session, username }: { session: string; username: string },
  how: "PASSWORD" | "PASSWORD_SRP",
): Move {
  const password = how === "PASSWORD" ? { PASSWORD: state.password } : {};
  const call = {
    operation: "RespondToAuthChallenge",
    challenge: "SELECT_CHALLENGE",
    session,
    username,
    responses: { ANSWER: how, ...password },
  } as const;
  return [state, { kind: "call", call, stage: "password" }];
}

/** Stops what Cognito would refuse anyway, without using up an attempt. */
function missingAnswer(asked: Question, answers: Answers): AppError | null {
  for (const { name, kind, mayBeEmpty, choices } of asked.fields) {
    const answer = given(answers, name);
    if (answer === "" && mayBeEmpty) return null;
    if (answer === "") return incomplete(name);
    if (kind === "code" && !/^\d{4,10}$/.test(withoutBlanks(answer))) {
      return noCode();
    }
    if (kind === "choice" && !choices.includes(answer)) {
      return noChoice();
    }
  }
  return null;
}

function given(answers: Answers, name: string): string {
  return answers[name] ?? "";
}

function withoutBlanks(text: string): string {
  return text.replace(/\s/g, "");
}
