import { AppError } from "@cleanauth/common/app-error.ts";
import { unexpectedAnswer } from "./cognito-answer.ts";
import type { CognitoCalls } from "./cognito-calls.ts";
import { sessionExpired } from "./cognito-error.ts";
import { credentialsQuestion } from "./cognito-questions.ts";
import type { Question } from "./question.ts";
import type { SignIn, SignInStep, TokenSource } from "./sign-in.ts";
import { beginSignIn, type Move } from "./sign-in-machine.ts";
import { takeAnswers } from "./take-answers.ts";
import { takeRefusal, takeReply } from "./take-reply.ts";
import type { StoredSignIn, TokenKeeper } from "./token-file.ts";
import { createTokenSource } from "./token-source.ts";

/** More calls than this for one answer are made by something that is not Cognito. */
const mostCalls = 12;

/**
 * Signs in to a user pool: carries out what the state machine decides.
 *
 * @param calls the calls to Cognito, for this attempt alone
 * @param keeper keeps the sign-in for the next start of the program
 * @param now the time in milliseconds since the epoch
 */
export function createCognitoSignIn(
  calls: CognitoCalls,
  keeper?: TokenKeeper,
  now: () => number = Date.now,
): SignIn {
  const first = credentialsQuestion();
  let state = beginSignIn(calls.knowsPool);
  let asked: Question = first;
  let isUnderWay = false;

  async function carryOut(move: Move): Promise<SignInStep> {
    let [next, decision] = move;
    let answered: Question | null = asked;
    for (let count = 1; decision.kind === "call"; count += 1) {
      if (count > mostCalls) throw unexpectedAnswer();
      const { call, stage } = decision;
      try {
        [next, decision] = takeReply(next, call, await calls.make(call, stage));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        [next, decision] = takeRefusal(next, call, error, answered);
      }
      answered = null;
    }
    state = next;
    switch (decision.kind) {
      case "ask":
        asked = decision.question;
        return { kind: "question", question: asked, problem: decision.problem };
      case "signed_in": {
        const { refresh, revoke } = calls;
        const { issued } = decision;
        const tokens = createTokenSource({ issued, refresh, revoke, keeper, now });
        return { kind: "signed_in", tokens };
      }
      case "failed":
        throw decision.error;
    }
  }

  return {
    first,
    async answer(answers) {
      // Two answers at once would spend one session twice.
      if (isUnderWay) throw sessionExpired();
      isUnderWay = true;
      try {
        return await carryOut(takeAnswers(state, asked, answers));
      } finally {
        isUnderWay = false;
      }
    },
    cancel() {},
  };
}

/**
 * Takes up a sign-in that was kept.
 *
 * @param calls the calls to Cognito
 * @param stored what was kept
 * @param keeper goes on keeping it
 * @throws AppError `sign_in_expired` when it is over; any other `sign_in_…` when Cognito cannot be asked
 */
export async function resumeCognitoSignIn(
  calls: CognitoCalls,
  { refreshToken }: StoredSignIn,
  keeper: TokenKeeper,
): Promise<TokenSource> {
  const { refresh, revoke } = calls;
  const issued = { refreshToken, ...(await refresh(refreshToken)) };
  return createTokenSource({ issued, refresh, revoke, keeper });
}
