/**
 * What signing in may ask a person, in a form that a screen and a command show alike without knowing
 * Cognito. The words for it, in each language, are the interface's part.
 */
export interface Question {
  readonly name: QuestionName;
  /** None where the answer is given elsewhere, in a browser. */
  readonly fields: readonly QuestionField[];
  /** Where a code was sent just now; null when none was, or nobody says where. */
  readonly sentTo: string | null;
  /** The key of an authenticator app, in base32, and the text of its QR code. */
  readonly app: { readonly key: string; readonly uri: string } | null;
  /** The page on which the answer is given. */
  readonly url: string | null;
}

/** What is asked; in Cognito's word where it is Cognito that asks. */
export type QuestionName =
  | "CREDENTIALS"
  | "WITHOUT_PASSWORD"
  | "RESET_PASSWORD"
  | "CONFIRM_SIGN_UP"
  | "NEW_PASSWORD_REQUIRED"
  | "SOFTWARE_TOKEN_MFA"
  | "SMS_MFA"
  | "EMAIL_OTP"
  | "SMS_OTP"
  | "MFA_SETUP"
  | "SELECT_MFA_TYPE"
  | "SELECT_CHALLENGE"
  | "PASSWORD"
  | "PASSWORD_SRP"
  | "BROWSER"
  | "CLIENT_ID"
  | "CLIENT_CREDENTIALS";

export interface QuestionField {
  /** `username`, `password`, `code`, `choice`, or the name of an attribute. */
  readonly name: string;
  /** `secret` is hidden while it is typed; `new_secret`, too, and typed twice. */
  readonly kind: "text" | "secret" | "new_secret" | "code" | "choice";
  /** What a `choice` is among. */
  readonly choices: readonly string[];
  /** Whether leaving it empty is an answer, too; the fields behind it do not matter then. */
  readonly mayBeEmpty: boolean;
}

/** What was given in answer to a {@link Question}: texts by field name. */
export type Answers = Readonly<Record<string, string>>;

/**
 * Makes a question.
 *
 * @param name what is asked
 * @param fields what the answer is made of
 * @param more what differs from a plain question
 */
export function question(
  name: QuestionName,
  fields: readonly QuestionField[],
  more: Partial<Question> = {},
): Question {
  return { name, fields, sentTo: null, app: null, url: null, ...more };
}

/**
 * Makes a field.
 *
 * @param name `username`, `password`, `code`, `choice`, or the name of an attribute
 * @param kind how it is typed
 * @param more what differs from a field that has to be filled in
 */
export function field(
  name: string,
  kind: QuestionField["kind"],
  more: Partial<QuestionField> = {},
): QuestionField {
  return { name, kind, choices: [], mayBeEmpty: false, ...more };
}
