import type { AppError } from "@cleanauth/common/app-error.ts";
import {
  type CognitoReply,
  parseNames,
  parseRequiredAttributes,
  unexpectedAnswer,
} from "./cognito-answer.ts";
import {
  answerable,
  asksForCode,
  codeQuestion,
  confirmQuestion,
  credentialsQuestion,
  newPasswordQuestion,
  passwordQuestion,
  resetQuestion,
  selectQuestion,
  setUpAppQuestion,
} from "./cognito-questions.ts";
import type { Question } from "./question.ts";
import {
  ask,
  type CognitoCall,
  fail,
  initiate,
  type Move,
  type SignInState,
} from "./sign-in-machine.ts";
import { noFactorToSetUp, noFlow, noPasswordlessFlow, unsupported } from "./sign-in-problems.ts";

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
