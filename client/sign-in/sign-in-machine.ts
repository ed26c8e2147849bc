import type { AppError } from "@cleanauth/common/app-error.ts";
import { LocalizedError } from "../localized-error.ts";
import { stripToLine } from "../terminal-text.ts";
import {
  attributeResponses,
  type CognitoReply,
  type IssuedTokens,
  parseNames,
  parseRequiredAttributes,
  unexpectedAnswer,
} from "./cognito-answer.ts";
import { type SignInStage, sessionExpired } from "./cognito-error.ts";
import {
  answerable,
  asksForCode,
  codeQuestion,
  codeResponses,
  confirmQuestion,
  credentialsQuestion,
  newPasswordQuestion,
  passwordQuestion,
  resetQuestion,
  selectQuestion,
  setUpAppQuestion,
  withoutPasswordQuestion,
} from "./cognito-questions.ts";
import type { Answers, Question } from "./question.ts";

// The way into a user pool as a state machine, pure: what happened goes in, what is to be done comes
// out. It makes no call, knows no clock and no screen; a driver carries out what it decides.

/** The ways to bring a password to Cognito, in the order in which they are tried. */
export type AuthFlow = "USER_SRP_AUTH" | "USER_PASSWORD_AUTH" | "USER_AUTH";

/** A call that is to be made. What only a call needs (hashes, SRP's numbers) is added there. */
export type CognitoCall =
  | { operation: "InitiateAuth"; flow: AuthFlow; username: string; password: string }
  | {
      operation: "RespondToAuthChallenge";
      challenge: string;
      session: string;
      username: string;
      responses: Readonly<Record<string, string>>;
    }
  /** The answer to `PASSWORD_VERIFIER`: a signature that proves the password. */
  | {
      operation: "ProvePassword";
      session: string;
      username: string;
      parameters: Readonly<Record<string, string>>;
      password: string;
    }
  | { operation: "AssociateSoftwareToken"; session: string }
  | { operation: "VerifySoftwareToken"; session: string; code: string }
  | { operation: "ForgotPassword"; username: string }
  | { operation: "ConfirmForgotPassword"; username: string; code: string; password: string }
  | { operation: "ConfirmSignUp"; username: string; code: string }
  | { operation: "ResendConfirmationCode"; username: string };

/** What the machine remembers between two steps. */
export interface SignInState {
  /** The flows that may still be tried; the first one is the next. */
  readonly flows: readonly AuthFlow[];
  /** As it was typed; the pool may know the user by another name. */
  readonly username: string;
  /** Kept until there are tokens: a refused flow and a confirmed user need it again. */
  readonly password: string;
  readonly waitsFor: WaitsFor;
}

/** What the last question was about. */
type WaitsFor =
  | { kind: "nothing" }
  | { kind: "credentials" | "without_password" | "reset" | "confirm" }
  | { kind: "challenge"; name: string; session: string; username: string }
  | { kind: "set_up_app"; session: string; username: string };

export type Decision =
  | { kind: "call"; call: CognitoCall; stage: SignInStage }
  /** Asks; with a problem, it is the same question once more. */
  | { kind: "ask"; question: Question; problem: AppError | null }
  | { kind: "signed_in"; issued: IssuedTokens }
  /** The attempt is over. */
  | { kind: "failed"; error: AppError };

export type Move = readonly [state: SignInState, decision: Decision];

/**
 * The state that an attempt begins in.
 *
 * @param knowsPool whether the pool's id is known, which the arithmetic of SRP needs
 */
export function beginSignIn(knowsPool: boolean): SignInState {
  const flows: readonly AuthFlow[] = ["USER_PASSWORD_AUTH", "USER_AUTH"];
  return {
    flows: knowsPool ? ["USER_SRP_AUTH", ...flows] : flows,
    username: "",
    password: "",
    waitsFor: { kind: "credentials" },
  };
}

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

function initiate(state: SignInState): Move {
  const [flow] = state.flows;
  if (flow === undefined) return fail(state, noFlow());
  const { username, password } = state;
  const call = { operation: "InitiateAuth", flow, username, password } as const;
  return [
    { ...state, waitsFor: { kind: "nothing" } },
    { kind: "call", call, stage: "password" },
  ];
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

/** Cognito did what was asked, or asks something itself. */
export function takeReply(state: SignInState, call: CognitoCall, reply: CognitoReply): Move {
  switch (reply.kind) {
    case "tokens":
      return [
        { ...state, password: "", waitsFor: { kind: "nothing" } },
        { kind: "signed_in", issued: reply.issued },
      ];
    case "challenge":
      return takeChallenge(state, call, reply);
    case "secret": {
      if (state.waitsFor.kind !== "set_up_app") return fail(state, unexpectedAnswer());
      const waitsFor = { ...state.waitsFor, session: reply.session };
      return ask({ ...state, waitsFor }, setUpAppQuestion(reply.secret, state.username), null);
    }
    case "verified": {
      if (state.waitsFor.kind !== "set_up_app") return fail(state, unexpectedAnswer());
      const respond = {
        operation: "RespondToAuthChallenge",
        challenge: "MFA_SETUP",
        session: reply.session,
        username: state.waitsFor.username,
        responses: {},
      } as const;
      return [state, { kind: "call", call: respond, stage: "authenticator" }];
    }
    case "code_sent": {
      const sentTo = reply.destination ?? "?";
      return call.operation === "ForgotPassword"
        ? ask({ ...state, waitsFor: { kind: "reset" } }, resetQuestion(sentTo), null)
        : ask({ ...state, waitsFor: { kind: "confirm" } }, confirmQuestion(sentTo), null);
    }
    case "done":
      return state.password === ""
        ? ask({ ...state, waitsFor: { kind: "credentials" } }, credentialsQuestion(), null)
        : initiate(state);
  }
}

function takeChallenge(
  state: SignInState,
  call: CognitoCall,
  challenge: Extract<CognitoReply, { kind: "challenge" }>,
): Move {
  const { name, session, parameters } = challenge;
  // The user's own name, where Cognito tells it; an alias will not do from here on.
  const asked = "username" in call ? call.username : state.username;
  const username = parameters.USER_ID_FOR_SRP ?? parameters.USERNAME ?? asked;
  const waiting = { ...state, waitsFor: { kind: "challenge", name, session, username } } as const;
  if (asksForCode(name)) {
    return ask(waiting, codeQuestion(name, parameters.CODE_DELIVERY_DESTINATION ?? null), null);
  }
  switch (name) {
    case "PASSWORD_VERIFIER": {
      const { password } = state;
      const prove = {
        operation: "ProvePassword",
        session,
        username,
        parameters,
        password,
      } as const;
      return [state, { kind: "call", call: prove, stage: "password" }];
    }
    case "NEW_PASSWORD_REQUIRED": {
      const attributes = parseRequiredAttributes(parameters.requiredAttributes);
      return ask(waiting, newPasswordQuestion(attributes), null);
    }
    case "PASSWORD":
    case "PASSWORD_SRP":
      return ask(waiting, passwordQuestion(name), null);
    case "SELECT_MFA_TYPE":
      return askToSelect(waiting, name, parseNames(parameters.MFAS_CAN_CHOOSE));
    case "SELECT_CHALLENGE":
      return askToSelect(waiting, name, challenge.available);
    case "MFA_SETUP": {
      if (!parseNames(parameters.MFAS_CAN_SETUP).includes("SOFTWARE_TOKEN_MFA")) {
        return fail(state, noFactorToSetUp());
      }
      const associate = { operation: "AssociateSoftwareToken", session } as const;
      return [
        { ...state, waitsFor: { kind: "set_up_app", session, username } },
        { kind: "call", call: associate, stage: "authenticator" },
      ];
    }
    default:
      return fail(state, unsupported(name));
  }
}

function askToSelect(
  state: SignInState,
  name: "SELECT_MFA_TYPE" | "SELECT_CHALLENGE",
  offered: readonly string[],
): Move {
  const values = answerable(offered);
  if (values.length > 0) return ask(state, selectQuestion(name, values), null);
  return fail(state, unsupported(offered.join(", ") || name));
}

/** Problems after which Cognito takes another answer in the same session. */
const correctable: ReadonlySet<string> = new Set([
  "sign_in_wrong_code",
  "sign_in_code_expired",
  "sign_in_password_policy",
  "sign_in_unreachable",
  "sign_in_throttled",
  "sign_in_unavailable",
]);

/**
 * Cognito refused, or was not reached.
 *
 * @param question the question that the call carried the answer to; null for a call that followed
 *   from Cognito's own words
 */
export function takeRefusal(
  state: SignInState,
  call: CognitoCall,
  error: AppError,
  question: Question | null,
): Move {
  if (call.operation === "InitiateAuth" && error.code === "configuration_auth_flow") {
    const flows = state.flows.slice(1);
    if (flows.length > 0) return initiate({ ...state, flows });
    return fail(state, state.password === "" ? noPasswordlessFlow() : noFlow());
  }
  if (error.code === "sign_in_user_not_confirmed") {
    return ask({ ...state, waitsFor: { kind: "confirm" } }, confirmQuestion(null), null);
  }
  if (error.code === "sign_in_password_reset_required") {
    return ask({ ...state, waitsFor: { kind: "reset" } }, resetQuestion(null), null);
  }
  if (error.code === "sign_in_already_confirmed") return takeReply(state, call, { kind: "done" });
  const mayCorrect = question !== null && state.waitsFor.kind !== "nothing";
  if (mayCorrect && correctable.has(error.code)) return ask(state, question, error);
  return fail(state, error);
}

function ask(state: SignInState, question: Question, problem: AppError | null): Move {
  return [state, { kind: "ask", question, problem }];
}

function fail(state: SignInState, error: AppError): Move {
  return [
    { ...state, password: "", waitsFor: { kind: "nothing" } },
    { kind: "failed", error },
  ];
}

/** Stops what Cognito would refuse anyway, without using up an attempt. */
function missingAnswer(asked: Question, answers: Answers): AppError | null {
  for (const { name, kind, mayBeEmpty, choices } of asked.fields) {
    const answer = given(answers, name);
    if (answer === "" && mayBeEmpty) return null;
    if (answer === "") return incomplete(name);
    if (kind === "code" && !/^\d{4,10}$/.test(withoutBlanks(answer))) {
      return new LocalizedError("sign_in_wrong_code", {
        en: ["That is no code: it is made of digits alone", "Type it as it is shown to you."],
        ko: ["코드가 아닙니다. 코드는 숫자로만 되어 있습니다", "보이는 그대로 입력하세요."],
      });
    }
    if (kind === "choice" && !choices.includes(answer)) {
      return new LocalizedError("sign_in_incomplete", {
        en: ["That is none of the choices", "Choose one."],
        ko: ["고를 수 있는 것이 아닙니다", "하나를 고르세요."],
      });
    }
  }
  return null;
}

function incomplete(name: string): LocalizedError {
  return new LocalizedError("sign_in_incomplete", {
    en: [`${name} is empty`, "Fill it in."],
    ko: [`${name} 칸이 비어 있습니다`, "입력하세요."],
  });
}

function given(answers: Answers, name: string): string {
  return answers[name] ?? "";
}

function withoutBlanks(text: string): string {
  return text.replace(/\s/g, "");
}

function unsupported(name: string): AppError {
  const challenge = stripToLine(name, 60);
  return new LocalizedError("sign_in_unsupported_challenge", {
    en: [
      `Cognito asks for ${challenge}, which cannot be answered in a terminal`,
      "Sign in with --browser, where the pool's own pages ask for it.",
    ],
    ko: [
      `Cognito가 터미널에서 답할 수 없는 것을 묻습니다: ${challenge}`,
      "--browser로 로그인하면 사용자 풀의 페이지가 물어봅니다.",
    ],
  });
}

function noFactorToSetUp(): AppError {
  return new LocalizedError("sign_in_unsupported_challenge", {
    en: [
      "This user needs a second factor, and none that can be set up while signing in",
      "An administrator can add a phone number or e-mail address to the user.",
    ],
    ko: [
      "이 사용자는 두 번째 인증이 필요한데, 로그인하면서 설정할 수 있는 것이 없습니다",
      "관리자가 사용자에게 전화번호나 이메일 주소를 넣어 줄 수 있습니다.",
    ],
  });
}

function noFlow(): AppError {
  return new LocalizedError("configuration_auth_flow", {
    en: [
      "The app client allows no way to sign in with a password",
      "Enable ALLOW_USER_SRP_AUTH for the app client of COGNITO_CLIENT_ID, or sign in with --browser.",
    ],
    ko: [
      "앱 클라이언트가 비밀번호 로그인을 허용하지 않습니다",
      "COGNITO_CLIENT_ID의 앱 클라이언트에서 ALLOW_USER_SRP_AUTH를 켜거나, --browser로 로그인하세요.",
    ],
  });
}

function noPasswordlessFlow(): AppError {
  return new LocalizedError("sign_in_password_needed", {
    en: [
      "The app client allows no sign-in without a password",
      "Type the password, or have a code sent to you to set a new one.",
    ],
    ko: [
      "앱 클라이언트가 비밀번호 없는 로그인을 허용하지 않습니다",
      "비밀번호를 입력하거나, 코드를 받아 새로 정하세요.",
    ],
  });
}
