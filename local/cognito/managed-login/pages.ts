import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Reply } from "../protocol/listener.ts";
import type { SignInStep } from "../sign-in/steps.ts";
import type { Texts } from "./texts.ts";

type Challenge = Extract<SignInStep, { kind: "challenge" }>;

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
  return formPage(texts, texts.signIn, frame, fields, texts.signIn);
}

/**
 * The page of a challenge.
 *
 * @param username whom the challenge is for, as it was typed
 */
export function challengePage(
  texts: Texts,
  frame: FormFrame,
  challenge: Challenge,
  username: string,
): Reply {
  const kept =
    hidden("username", username) +
    hidden("challenge", challenge.name) +
    hidden("session", challenge.session) +
    hidden("parameters", JSON.stringify(challenge.parameters));
  const question = questionOf(texts, challenge);
  if (question === null) return page(texts, texts.notHere, startAgainLink(texts, frame), 400);
  return formPage(texts, question.title, frame, kept + question.fields, texts.proceed);
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

function questionOf(
  texts: Texts,
  { name, parameters }: Challenge,
): { title: string; fields: string } | null {
  if (name === "SOFTWARE_TOKEN_MFA") {
    return { title: texts.codeTitle, fields: codeField(texts, "SOFTWARE_TOKEN_MFA_CODE") };
  }
  if (name !== "NEW_PASSWORD_REQUIRED") return null;
  const attributes = requiredAttributes(parameters);
  const fields = [
    ...attributes.map((attribute) =>
      field(attribute.replace(/^userAttributes\./, ""), `${answerPrefix}${attribute}`),
    ),
    ...[`${answerPrefix}NEW_PASSWORD`, passwordAgainField].map((fieldName, index) =>
      field(index === 0 ? texts.newPassword : texts.newPasswordAgain, fieldName, {
        type: "password",
        autocomplete: "new-password",
      }),
    ),
  ];
  return { title: texts.newPasswordTitle, fields: fields.join("") };
}

function requiredAttributes({
  requiredAttributes: text = "[]",
}: Challenge["parameters"]): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    return [];
  }
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
  const form = `${alert}<form method="post" action="${escapeHtml(action)}">${hidden("_csrf", csrfToken)}${fields}<button>${escapeHtml(button)}</button></form>`;
  return page(texts, title, form, problem === null ? 200 : 400);
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
  button { font: inherit; padding: .6rem; border: 0; border-radius: 6px; background: #1d4ed8; color: #fff }
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
