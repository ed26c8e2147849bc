import { field, type Question, type QuestionName, question } from "./question.ts";

const code = field("code", "code");
const codeOrEmpty = field("code", "code", { mayBeEmpty: true });
const newPassword = field("password", "new_secret");

/** The first question of all; whoever leaves the password empty is asked how to go on. */
export function credentialsQuestion(): Question {
  const password = field("password", "secret", { mayBeEmpty: true });
  return question("CREDENTIALS", [field("username", "text"), password]);
}

/** The ways in for somebody who gave no password: a code for a new one, or no password at all. */
export function withoutPasswordQuestion(): Question {
  return choiceOf("WITHOUT_PASSWORD", ["RESET_PASSWORD", "USER_AUTH"]);
}

/**
 * A password of the user's own in place of a temporary one.
 *
 * @param requiredAttributes what the pool demands and the user lacks
 */
export function newPasswordQuestion(requiredAttributes: readonly string[]): Question {
  const attributes = requiredAttributes.map((name) => field(name, "text"));
  return question("NEW_PASSWORD_REQUIRED", [newPassword, ...attributes]);
}

/** A password for a user whom Cognito asks for one after another step. */
export function passwordQuestion(name: "PASSWORD" | "PASSWORD_SRP"): Question {
  return question(name, [field("password", "secret")]);
}

/** Challenges whose answer is a code, and what the code is called in the answer. */
export const codeResponses = {
  SOFTWARE_TOKEN_MFA: "SOFTWARE_TOKEN_MFA_CODE",
  SMS_MFA: "SMS_MFA_CODE",
  EMAIL_OTP: "EMAIL_OTP_CODE",
  SMS_OTP: "SMS_OTP_CODE",
} as const;

/** Whether a challenge is one of {@link codeResponses}. */
export function asksForCode(challenge: string): challenge is keyof typeof codeResponses {
  return Object.hasOwn(codeResponses, challenge);
}

/**
 * A code for one of the challenges in {@link codeResponses}.
 *
 * @param sentTo where Cognito sent the code, as it shows it; null when it does not say
 */
export function codeQuestion(
  challenge: keyof typeof codeResponses,
  sentTo: string | null,
): Question {
  return question(challenge, [code], { sentTo });
}

/**
 * The first code of an authenticator app that is set up just now.
 *
 * @param key base32
 * @param username what the app shows the code for
 */
export function setUpAppQuestion(key: string, username: string): Question {
  return question("MFA_SETUP", [code], { app: { key, uri: otpauthUri(key, username) } });
}

/** https://github.com/google/google-authenticator/wiki/Key-Uri-Format; short, for a small picture. */
function otpauthUri(key: string, username: string): string {
  const label = encodeURIComponent([...username].slice(0, 12).join(""));
  return `otpauth://totp/${label.length > 24 ? "CLEANAUTH" : label}?secret=${key}`;
}

const waysAndFactors: ReadonlySet<string> = new Set([
  ...Object.keys(codeResponses),
  "PASSWORD",
  "PASSWORD_SRP",
]);

/** Which of these challenges a person at a terminal can answer. */
export function answerable(challenges: readonly string[]): readonly string[] {
  return challenges.filter((name) => waysAndFactors.has(name));
}

/** Which of several second factors, or of several ways to sign in, is to be used. */
export function selectQuestion(
  name: "SELECT_MFA_TYPE" | "SELECT_CHALLENGE",
  choices: readonly string[],
): Question {
  return choiceOf(name, choices);
}

/**
 * The code for a new password, and the password; an empty code has another one sent.
 *
 * @param sentTo where the code was sent; null when an administrator had it sent earlier
 */
export function resetQuestion(sentTo: string | null): Question {
  return question("RESET_PASSWORD", [codeOrEmpty, newPassword], { sentTo });
}

/**
 * The code that confirms a user; an empty one has another one sent.
 *
 * @param sentTo where the code was sent; null when that was at sign-up
 */
export function confirmQuestion(sentTo: string | null): Question {
  return question("CONFIRM_SIGN_UP", [codeOrEmpty], { sentTo });
}

function choiceOf(name: QuestionName, choices: readonly string[]): Question {
  return question(name, [field("choice", "choice", { choices })]);
}
