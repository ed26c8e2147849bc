import { createHash } from "node:crypto";
import type { AuthorizationRequest, PageProblem } from "./authorization-request.ts";
import type { Client } from "./clients.ts";
import type { FacadeReply } from "./message.ts";
import { isLoopbackUri } from "./redirect-uri.ts";
import { describeScopes, type SignInProblem, type Texts } from "./texts.ts";

/**
 * The page that asks a user whether a client may have a token. Who the client is and where the answer
 * goes stands above what it calls itself.
 *
 * @param form.request what the form brings back
 * @param form.origins where the form's answer may lead: Cognito, and from there the client
 */
export function consentPage(
  texts: Texts,
  request: AuthorizationRequest,
  form: { readonly request: string; readonly origins: readonly string[] },
  cookies: readonly string[],
): FacadeReply {
  const { client, redirectUri, scopes } = request;
  const items = describeScopes(texts, scopes).map((line) => `<li>${escapeHtml(line)}</li>`);
  const body = `
<h1>${escapeHtml(texts.consentTitle)}</h1>
<p class="client">${escapeHtml(client.name === "" ? texts.unnamed : client.name)}</p>
<p class="note">${identityNote(texts, client)}</p>
<h2>${escapeHtml(texts.wants)}</h2>
<ul>${items.join("")}</ul>
<h2>${escapeHtml(texts.sendsYouTo)}</h2>
<p>${destination(texts, redirectUri)}</p>
${isLoopbackUri(redirectUri) ? `<p class="warning">${escapeHtml(texts.loopbackWarning)}</p>` : ""}
<form method="post" action="/oauth/consent">
<input type="hidden" name="request" value="${escapeHtml(form.request)}">
<button name="decision" value="allow" class="primary">${escapeHtml(texts.allow)}</button>
<button name="decision" value="deny">${escapeHtml(texts.deny)}</button>
</form>
<p class="note">${escapeHtml(texts.onward)}</p>
<script>${holdBack}</script>`;
  return page(texts, 200, texts.consentTitle, body, form.origins, cookies);
}

/** The page that a sign-in ends on when the browser can be sent nowhere. */
export function errorPage(
  texts: Texts,
  problem: PageProblem | SignInProblem,
  detail?: string,
): FacadeReply {
  const more = detail === undefined ? "" : `: ${detail}`;
  const body = `
<h1>${escapeHtml(texts.errorTitle)}</h1>
<p class="warning">${escapeHtml(texts.problems[problem] + more)}</p>
<p class="note">${escapeHtml(texts.close)}</p>`;
  const status = problem === "too-many" ? 429 : 400;
  return page(texts, status, texts.errorTitle, body, [], []);
}

function identityNote(texts: Texts, client: Client): string {
  if (client.kind === "settings") return escapeHtml(texts.own);
  if (client.kind === "registration") return escapeHtml(texts.unverified);
  return `${escapeHtml(texts.verifiedBy)} <code>${escapeHtml(client.id)}</code>`;
}

function destination(texts: Texts, redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri);
  if (isLoopbackUri(redirectUri)) {
    return `${escapeHtml(texts.thisDevice)} (<code>${escapeHtml(host)}</code>)`;
  }
  if (protocol === "https:") return `<code>${escapeHtml(host)}</code>`;
  return `${escapeHtml(texts.application)} <code>${escapeHtml(protocol)}</code>`;
}

const style = `
:root { color-scheme: light dark; --line: #8886; --accent: #0b57d0; --on-accent: #fff; --warn: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --accent: #a8c7fa; --on-accent: #062e6f; --warn: #ffb870; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  font: 1rem/1.5 system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", sans-serif; }
main { width: 100%; max-width: 27rem; border: 1px solid var(--line); border-radius: .9rem; padding: 1.75rem; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 1rem; }
h2 { font-size: .85rem; margin: 1.25rem 0 .25rem; opacity: .75; font-weight: 600; }
p, ul { margin: .25rem 0; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; }
:lang(ko) { word-break: keep-all; }
.client { font-size: 1.15rem; font-weight: 600; }
.note { font-size: .9rem; opacity: .8; }
.warning { color: var(--warn); font-weight: 500; margin-top: .75rem; }
form { display: flex; gap: .6rem; margin: 1.5rem 0 1rem; }
button { flex: 1; min-height: 2.9rem; font: inherit; border-radius: .55rem; border: 1px solid var(--line);
  background: none; color: inherit; cursor: pointer; }
button.primary { background: var(--accent); color: var(--on-accent); border-color: transparent; font-weight: 600; }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code { font-family: ui-monospace, monospace; font-size: .95em; }
`;
const styleHash = sha256(style);

/**
 * Holds the answer back for a moment after the window comes to the front: a page that lay over it and had
 * its reader double-click would else have the second click land on the button. Without scripts, the
 * page works as it is.
 */
const holdBack = `
let heldUntil = document.hasFocus() ? 0 : Infinity;
addEventListener("blur", () => { heldUntil = Infinity; });
addEventListener("focus", () => { heldUntil = performance.now() + 500; });
document.querySelector("form").addEventListener("submit", (event) => {
  if (heldUntil > performance.now()) event.preventDefault();
});
`;
const scriptHash = sha256(holdBack);

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

function page(
  texts: Texts,
  status: number,
  title: string,
  body: string,
  formOrigins: readonly string[],
  cookies: readonly string[],
): FacadeReply {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `script-src 'sha256-${scriptHash}'`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // Browsers apply it to where the form's answer redirects, too.
    `form-action ${formOrigins.length === 0 ? "'none'" : ["'self'", ...formOrigins].join(" ")}`,
  ];
  return {
    status,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": policy.join("; "),
      "X-Frame-Options": "DENY",
      // With no-referrer a browser would send `Origin: null` with the form.
      "Referrer-Policy": "same-origin",
      "Content-Language": texts.language,
      Vary: "Accept-Language",
      ...(cookies.length > 0 && { "Set-Cookie": cookies }),
    },
    body: `<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · CLEANAUTH</title>
<style>${style}</style>
</head>
<body><main>${body}
</main></body>
</html>
`,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
