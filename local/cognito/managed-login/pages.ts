import { randomBytes } from "node:crypto";
import type { Question } from "../challenges/challenge.ts";
import { isMfaSetup, type MfaSetup } from "../challenges/mfa-setup.ts";
import type { Reply } from "../protocol/listener.ts";
import type { MfaMethod } from "../users.ts";
import type { Texts } from "./texts.ts";

/** What every form of the pages carries. */
export interface FormFrame {
  /** Path and query to post to; the authorization request is in the query. */
  readonly action: string;
  /** Has to equal the cookie of that purpose. */
  readonly csrfToken: string;
  /** What was wrong with the last answer, in the service's words. */
  readonly problem: string | null;
}

/**
 * The page that asks for user name and password.
 *
 * @param username what to begin with
 */
export function signInPage(texts: Texts, frame: FormFrame, username: string): Reply {
  const fields =
    field(texts.username, "username", { value: username, autocomplete: "username" }) +
    field(texts.password, "password", { type: "password", autocomplete: "current-password" });
  return formPage(texts, texts.signIn, frame, fields, submitButton(texts.signIn));
}

/**
 * The page of a challenge.
 *
 * @param username whom the challenge is for, as it was typed
 * @param session what the answer has to carry
 */
export function challengePage(
  texts: Texts,
  frame: FormFrame,
  question: Question,
  { username, session }: { readonly username: string; readonly session: string },
): Reply {
  const kept = hidden("username", username) + hidden("session", session);
  const asked = wordingOf(texts, question);
  if (asked === null) return page(texts, texts.notHere, startAgainLink(texts, frame), 400);
  const { title, fields, button = submitButton(texts.proceed) } = asked;
  return formPage(texts, title, frame, kept + fields, button);
}

/** The page for an error that no client can be told of. */
export function errorPage(texts: Texts, error: string): Reply {
  return page(
    texts,
    texts.errorTitle,
    `<p role="alert">${escapeHtml(error.slice(0, 200))}</p>`,
    400,
  );
}

/** The names of a challenge form's answers begin with this. */
export const answerPrefix = "answer.";

/** The second field for a new password, which is compared here. */
export const passwordAgainField = "new_password_again";

/** The first code of an authenticator app that is being set up. */
export const setUpCode = "USER_CODE";

interface Wording {
  readonly title: string;
  readonly fields: string;
  /** HTML of what sends the form; one button that says so unless given. */
  readonly button?: string;
}

function wordingOf(texts: Texts, question: Question): Wording | null {
  const { name, parameters } = question;
  switch (name) {
    case "SOFTWARE_TOKEN_MFA":
      return { title: texts.codeTitle, fields: codeField(texts, "SOFTWARE_TOKEN_MFA_CODE") };
    case "SMS_MFA":
    case "EMAIL_OTP": {
      const title = `${texts.codeSentTo} ${parameters.CODE_DELIVERY_DESTINATION}`;
      return { title, fields: codeField(texts, `${name}_CODE`) };
    }
    case "SELECT_MFA_TYPE":
      return { title: texts.chooseTitle, fields: "", button: methodButtons(texts, parameters) };
    case "NEW_PASSWORD_REQUIRED":
      return { title: texts.newPasswordTitle, fields: newPasswordFields(texts, parameters) };
    default:
      return isMfaSetup(question) ? setUpWording(texts, question) : null;
  }
}

function setUpWording(texts: Texts, setup: MfaSetup): Wording {
  const secret = setup.secret ?? setup.associate();
  const hint = `<p>${escapeHtml(texts.setUpHint)}</p><p><code>${escapeHtml(secret)}</code></p>`;
  return { title: texts.setUpTitle, fields: hint + codeField(texts, setUpCode) };
}

function methodButtons(texts: Texts, parameters: Question["parameters"]): string {
  return parsedNames(parameters.MFAS_CAN_CHOOSE)
    .map((name) => {
      const label = texts.methods[name as MfaMethod];
      return `<button name="${answerPrefix}ANSWER" value="${name}">${escapeHtml(label)}</button>`;
    })
    .join("");
}

function newPasswordFields(texts: Texts, parameters: Question["parameters"]): string {
  const attributes = parsedNames(parameters.requiredAttributes).map((attribute) =>
    field(attribute.replace(/^userAttributes\./, ""), `${answerPrefix}${attribute}`),
  );
  const masked = { type: "password", autocomplete: "new-password" };
  return [
    ...attributes,
    field(texts.newPassword, `${answerPrefix}NEW_PASSWORD`, masked),
    field(texts.newPasswordAgain, passwordAgainField, masked),
  ].join("");
}

function parsedNames(json = "[]"): string[] {
  return JSON.parse(json) as string[];
}

function codeField(texts: Texts, name: string): string {
  const attributes = { autocomplete: "one-time-code", inputmode: "numeric" };
  return field(texts.code, `${answerPrefix}${name}`, attributes);
}

function formPage(
  texts: Texts,
  title: string,
  { action, csrfToken, problem }: FormFrame,
  fields: string,
  button: string,
): Reply {
  const alert =
    problem === null
      ? ""
      : `<p role="alert">${escapeHtml(texts.messages[problem] ?? problem.trim())}</p>`;
  const form = `${alert}<form method="post" action="${escapeHtml(action)}">${hidden("_csrf", csrfToken)}${fields}${button}</form>`;
  return page(texts, title, form, problem === null ? 200 : 400);
}

function submitButton(label: string): string {
  return `<button>${escapeHtml(label)}</button>`;
}

function startAgainLink(texts: Texts, { action }: FormFrame): string {
  return `<p><a href="${escapeHtml(action)}">${escapeHtml(texts.startAgain)}</a></p>`;
}

function field(label: string, name: string, attributes: Record<string, string> = {}): string {
  const more = Object.entries({ type: "text", ...attributes })
    .map(([key, value]) => ` ${key}="${escapeHtml(value)}"`)
    .join("");
  return `<label>${escapeHtml(label)}<input name="${escapeHtml(name)}"${more} required></label>`;
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`;
}

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; background: #f3f4f6; color: #111827; margin: 0 }
  main { background: #fff; max-width: 22rem; margin: 12vh auto 1rem; padding: 2rem; border-radius: 12px }
  h1 { font-size: 1.25rem; margin: 0 0 1rem }
  label, input, button { display: block; width: 100%; box-sizing: border-box }
  input { font: inherit; margin: .25rem 0 1rem; padding: .5rem; border: 1px solid #6b7280; border-radius: 6px }
  button { font: inherit; padding: .6rem; border: 0; border-radius: 6px; background: #1d4ed8; color: #fff; margin-top: .5rem }
  code { overflow-wrap: anywhere }
  [role=alert] { background: #fee2e2; padding: .5rem .75rem; border-radius: 6px; overflow-wrap: anywhere }
  footer { text-align: center; font-size: .8rem; color: #4b5563 }
`;

// No `form-action`: browsers hold it against the whole chain of redirects that follows a form, which
// leaves this machine's pages for the client's.
function page(texts: Texts, title: string, content: string, status: number): Reply {
  const nonce = randomBytes(16).toString("base64");
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'`,
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    },
    body: `<!doctype html>
<html lang="${texts.lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style nonce="${nonce}">${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${content}</main><footer>${escapeHtml(texts.standIn)}</footer></body>
</html>
`,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
