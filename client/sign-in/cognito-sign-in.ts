import { AppError } from "@cleanauth/common/app-error.ts";
import type { CognitoStep } from "./cognito-answer.ts";
import type { CognitoCalls } from "./cognito-calls.ts";
import { sessionExpired } from "./cognito-error.ts";
import type { ChallengeAnswer, SignIn, SignInStep } from "./sign-in.ts";
import { createTokenSource } from "./token-source.ts";

/**
 * Signs in with user name and password and answers what Cognito asks for on the way.
 *
 * @param calls the calls to Cognito
 * @param now the time in milliseconds since the epoch
 */
export function createCognitoSignIn(calls: CognitoCalls, now: () => number = Date.now): SignIn {
  let pending: Extract<CognitoStep, { kind: "challenge" }> | undefined;

  function proceed(step: CognitoStep): SignInStep {
    if (step.kind === "challenge") {
      pending = step;
      return { kind: "challenge", challenge: step.challenge };
    }
    pending = undefined;
    const { refresh, revoke } = calls;
    return {
      kind: "signed_in",
      tokens: createTokenSource({ issued: step.issued, refresh, revoke, now }),
    };
  }

  return {
    async start(username, password) {
      pending = undefined;
      if (username === "" || password === "") {
        throw new AppError(
          "sign_in_incomplete",
          "A sign-in needs both a user name and a password",
          "Give the one that is missing.",
        );
      }
      return proceed(await calls.initiateAuth(username, password));
    },

    async answer(answer) {
      const asked = pending;
      if (asked === undefined || asked.challenge.name !== answer.name) throw sessionExpired();
      const checked = checkAnswer(answer);
      try {
        return proceed(await calls.respondToChallenge(asked, checked));
      } catch (error) {
        if (!mayBeAnsweredAgain(error)) pending = undefined;
        throw error;
      }
    },
  };
}

/** Stops what Cognito would refuse anyway, without using up an attempt. */
function checkAnswer(answer: ChallengeAnswer): ChallengeAnswer {
  if (answer.name === "NEW_PASSWORD_REQUIRED") {
    if (answer.newPassword !== "") return answer;
    throw new AppError("sign_in_password_policy", "The new password is empty", "Choose one.");
  }
  const code = answer.code.replace(/\s/g, "");
  if (/^\d{6}$/.test(code)) return { ...answer, code };
  throw new AppError(
    "sign_in_wrong_code",
    "A code has six digits",
    "Read it from the authenticator app and try again.",
  );
}

/** Cognito keeps the session of these; after any other failure the attempt is over. */
function mayBeAnsweredAgain(error: unknown): boolean {
  const codes = [
    "sign_in_wrong_code",
    "sign_in_password_policy",
    "sign_in_unreachable",
    "sign_in_throttled",
    "sign_in_unavailable",
  ];
  return error instanceof AppError && codes.includes(error.code);
}
