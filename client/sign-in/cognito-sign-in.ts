import { AppError } from "@cleanauth/common/app-error.ts";
import { unexpectedAnswer } from "./cognito-answer.ts";
import type { CognitoCalls } from "./cognito-calls.ts";
import { sessionExpired } from "./cognito-error.ts";
import { credentialsQuestion } from "./cognito-questions.ts";
import type { Question } from "./question.ts";
import type { SignIn, SignInStep } from "./sign-in.ts";
import { beginSignIn, type Move, takeAnswers, takeRefusal, takeReply } from "./sign-in-machine.ts";
import { createTokenSource } from "./token-source.ts";

/** More calls than this for one answer are made by something that is not Cognito. */
const mostCalls = 12;

/**
 * Signs in to a user pool: carries out what the state machine decides.
 *
 * @param calls the calls to Cognito, for this attempt alone
 * @param now the time in milliseconds since the epoch
 */
export function createCognitoSignIn(calls: CognitoCalls, now: () => number = Date.now): SignIn {
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
        const tokens = createTokenSource({ issued: decision.issued, refresh, revoke, now });
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
