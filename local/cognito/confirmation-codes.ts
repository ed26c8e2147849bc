import { isSameText } from "./app-clients.ts";
import { CognitoError } from "./cognito-error.ts";
import { createCode } from "./delivery.ts";

/** What a code that was sent is good for. */
export type ConfirmationPurpose = "ForgotPassword" | "ConfirmSignUp";

/** One user's codes outside of a sign-in. */
export interface ConfirmationCodes {
  /**
   * Makes a code; an earlier one of that purpose is void.
   *
   * @throws CognitoError `LimitExceededException` at the sixth within an hour
   */
  create(purpose: ConfirmationPurpose, now: number): string;
  /**
   * Takes a code, once what it is for can go through.
   *
   * @param accept carries that out; a code is spent when it returns
   * @throws CognitoError `CodeMismatchException`, `ExpiredCodeException`, `LimitExceededException` or
   *   what `accept` throws
   */
  redeem(purpose: ConfirmationPurpose, code: string, now: number, accept: () => void): void;
}

const hourMilliseconds = 60 * 60 * 1000;
const requestsPerHour = 5;
const guessesPerHour = 5;

// Both hold for an hour at least; the sign-up's for a day in the real service.
const lifetimeMilliseconds = {
  ForgotPassword: hourMilliseconds,
  ConfirmSignUp: 24 * hourMilliseconds,
};

/** https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html */
export function createConfirmationCodes(): ConfirmationCodes {
  const pending = new Map<ConfirmationPurpose, { code: string; expiresAt: number }>();
  const requests = createHourlyLimit(requestsPerHour);
  const guesses = createHourlyLimit(guessesPerHour);
  return {
    create(purpose, now) {
      requests.require(now);
      requests.count(now);
      const code = createCode(6);
      pending.set(purpose, { code, expiresAt: now + lifetimeMilliseconds[purpose] });
      return code;
    },
    redeem(purpose, code, now, accept) {
      guesses.require(now);
      const known = pending.get(purpose);
      if (known === undefined || now >= known.expiresAt) {
        throw new CognitoError(
          "ExpiredCodeException",
          "Invalid code provided, please request a code again.",
        );
      }
      if (!isSameText(code, known.code)) {
        guesses.count(now);
        throw new CognitoError(
          "CodeMismatchException",
          "Invalid verification code provided, please try again.",
        );
      }
      accept();
      pending.delete(purpose);
    },
  };
}

function createHourlyLimit(most: number) {
  let counted: number[] = [];
  return {
    require(now: number) {
      counted = counted.filter((time) => time > now - hourMilliseconds);
      if (counted.length < most) return;
      throw new CognitoError(
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
      );
    },
    count(now: number) {
      counted.push(now);
    },
  };
}
