import type { AppError } from "@cleanauth/common/app-error.ts";
import type { IssuedTokens } from "./cognito-answer.ts";
import type { SignInStage } from "./cognito-error.ts";
import type { Question } from "./question.ts";
import { noFlow } from "./sign-in-problems.ts";

// The way into a user pool as a state machine, pure: what happened goes in, what is to be done comes
// out. It makes no call, knows no clock and no screen; a driver carries out what it decides. Here is what it
// is made of; take-answers.ts says what an answer leads to, take-reply.ts what Cognito's reply does.

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
export type WaitsFor =
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

/** Brings the password to Cognito by the next flow that may be tried. */
export function initiate(state: SignInState): Move {
  const [flow] = state.flows;
  if (flow === undefined) return fail(state, noFlow());
  const { username, password } = state;
  const call = { operation: "InitiateAuth", flow, username, password } as const;
  return [
    { ...state, waitsFor: { kind: "nothing" } },
    { kind: "call", call, stage: "password" },
  ];
}

/** Asks; with a problem, the same question once more. */
export function ask(state: SignInState, question: Question, problem: AppError | null): Move {
  return [state, { kind: "ask", question, problem }];
}

/** Ends the attempt; no password is kept. */
export function fail(state: SignInState, error: AppError): Move {
  return [
    { ...state, password: "", waitsFor: { kind: "nothing" } },
    { kind: "failed", error },
  ];
}
