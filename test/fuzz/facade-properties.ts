import { createHash } from "node:crypto";
import fc from "fast-check";
import type { HostileAnswer } from "./exchange.ts";
import type { FacadePrey } from "./facade-prey.ts";
import { type FacadeRequest, facadeRequests } from "./facade-requests.ts";
import { type Parameter, registrations } from "./facade-values.ts";

/**
 * Sends hostile requests to every route of a façade, and throws at the first answer that is wrong in any
 * way: a failure, a browser sent to a stranger, markup or headers that are not the façade's own, a token,
 * a code or a consent that was nobody's to have.
 *
 * @param requests how many; of registrations, each with a sign-in begun, a quarter as many
 */
export async function attackFacade(
  prey: FacadePrey,
  { requests, seed }: { readonly requests: number; readonly seed?: number },
): Promise<void> {
  const from = seed === undefined ? {} : { seed };
  await fc.assert(
    fc.asyncProperty(facadeRequests, async (request) => {
      const answer = await prey.attack(request);
      throwFirst(problemsOf(answer, prey, prey.redirectUris));
      throwFirst(undeservedOf(request, answer, prey));
    }),
    { numRuns: requests, ...from },
  );
  await fc.assert(
    fc.asyncProperty(registrations, async (metadata) => {
      throwFirst(await problemsOfRegistration(metadata, prey));
    }),
    { numRuns: Math.ceil(requests / 4), ...from },
  );
  await prey.requireUnharmed();
  for (const line of prey.logLines) {
    JSON.parse(line);
    if (/"level":"(error|fatal)"/.test(line)) throw new Error(`The log has ${line}`);
    const leaked = prey.secrets.find((secret) => line.includes(secret));
    if (leaked !== undefined || /eyJ|code_verifier|refresh_token=|state=/.test(line)) {
      throw new Error(`The log has a secret: ${line}`);
    }
  }
}

function throwFirst(problems: Iterable<string>): void {
  for (const problem of problems) throw new Error(problem);
}

/** What holds for every answer, whatever was asked. */
function* problemsOf(
  answer: HostileAnswer,
  prey: FacadePrey,
  redirectUris: readonly string[],
): Generator<string> {
  const { status, headers, text } = answer;
  const shown = `${status} ${JSON.stringify(headers)} ${text.slice(0, 300)}`;
  // A head that is too long, or expects what there is not: Node answers by itself.
  if ([417, 431].includes(status) && text === "") return;
  if (status >= 500) yield `It failed: ${shown}`;
  const foreign = Object.keys(headers).find((name) => !ownHeaders.has(name));
  if (foreign !== undefined) yield `It has a header ${foreign}: ${shown}`;
  if (headers["cache-control"] !== "no-store") yield `It may be kept: ${shown}`;
  if (headers["x-content-type-options"] !== "nosniff") yield `Its type may be guessed: ${shown}`;
  for (const set of headers["set-cookie"] ?? []) {
    if (!ownCookie.test(set)) yield `It sets ${set}`;
  }
  const everything = `${text} ${JSON.stringify(headers)}`;
  if (prey.secrets.some((secret) => everything.includes(secret))) yield `A secret: ${shown}`;
  const type = headers["content-type"] ?? "";
  if (type.startsWith("text/html")) yield* problemsOfPage(answer);
  else if (text !== "" && !type.startsWith("application/json")) yield `It is no JSON: ${shown}`;
  const { location } = headers;
  if (location === undefined) return;
  if (!isToPool(location, prey) && !redirectUris.some((uri) => isAnswerAt(location, uri))) {
    yield `It sends a browser to ${location}`;
  }
}

const ownHeaders = new Set([
  ...[
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
  ],
  ...["access-control-max-age", "allow", "cache-control", "connection", "content-language"],
  ...["content-length", "content-security-policy", "content-type", "cross-origin-resource-policy"],
  ...["date", "keep-alive", "location", "referrer-policy", "set-cookie", "vary"],
  ...["x-content-type-options", "x-frame-options", "x-request-id", "transfer-encoding"],
]);

const ownCookie =
  /^cleanauth-(browser|consents|sign-in-[\w-]{22})=[\w.-]*; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/;

const tag = /<(\/?[^\s>]*)([^>]*)>/g;
const ownTags = new Set(
  "!doctype html head meta title style body main h1 h2 p ul li code form input button".split(" "),
);
const ownAttributes =
  /^( (lang|charset|name|content|class|method|action|type|value)="[^"]*")*( html)?$/;
// Control characters, and those that turn the text around them; the page's own line ends are none.
const hiddenCharacters = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;
const ownPolicy =
  /^default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-([\w+/=]+)'; base-uri 'none'; frame-ancestors 'none'; form-action ('none'|'self' https: http:\/\/127\.0\.0\.1:\d+ (https?:\/\/[\w.:[\]-]+|[a-z][a-z0-9+.-]*:))$/;

/** Of a script there may be the one at the page's end, whose hash the policy has; it runs nothing else. */
function withoutOwnScript(page: string): string {
  return page.replace(/<script>[^<]*<\/script>\n<\/main>/, "</main>");
}

/** Markup, policy and characters of a page are the façade's own. */
function* problemsOfPage({ headers, text }: HostileAnswer): Generator<string> {
  for (const [markup, name = "", attributes = ""] of withoutOwnScript(text).matchAll(tag)) {
    if (!ownTags.has(name.replace(/^\//, ""))) yield `A page has ${markup}`;
    if (!ownAttributes.test(attributes)) yield `A page has ${markup}`;
  }
  if (hiddenCharacters.test(text)) yield `A page has characters that nobody sees: ${text}`;
  if (headers["x-frame-options"] !== "DENY") yield "A page may be framed";
  const policy = String(headers["content-security-policy"]);
  const [, hash] = ownPolicy.exec(policy) ?? [];
  if (hash === undefined) yield `A page has the policy ${policy}`;
  const [, script] = /<script>([^<]*)<\/script>/.exec(text) ?? [];
  const digest = createHash("sha256")
    .update(script ?? "")
    .digest("base64");
  if (script !== undefined && digest !== hash) yield `A page has the script ${script}`;
}

/** The way to Cognito: for this project's app client, back to the façade, with PKCE. */
function isToPool(location: string, { domainUrl, issuer, publicClientId }: FacadePrey): boolean {
  const url = new URL(location);
  if (`${url.origin}${url.pathname}` !== `${domainUrl}/oauth2/authorize`) return false;
  const query = url.searchParams;
  return (
    query.get("client_id") === publicClientId &&
    query.get("redirect_uri") === `${issuer}/oauth/callback` &&
    query.get("code_challenge_method") === "S256" &&
    new Set(query.keys()).size === query.size
  );
}

/** Whether a location is a redirect URI with an answer, the port of a loopback one aside. */
function isAnswerAt(location: string, redirectUri: string): boolean {
  const [at, registered] = [new URL(location), new URL(redirectUri)];
  for (const name of ["code", "error", "error_description", "state", "iss"]) {
    const given = registered.searchParams.getAll(name);
    at.searchParams.delete(name);
    for (const value of given) at.searchParams.append(name, value);
  }
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(registered.hostname);
  if (isLoopback && registered.protocol === "http:") at.port = registered.port;
  const sorted = (url: URL) => {
    url.searchParams.sort();
    return url.href.replace(/\?$/, "");
  };
  return sorted(at) === sorted(registered);
}

/** Codes, tokens and consents come of what is whole and belongs together, and of nothing else. */
function* undeservedOf(
  request: FacadeRequest,
  { status, headers, text }: HostileAnswer,
  prey: FacadePrey,
): Generator<string> {
  const { path, query, body, cookies } = request;
  const shown = `${status} ${headers.location ?? ""} ${text.slice(0, 300)}`;
  const form = body.kind === "form" ? body.parameters : [];
  const has = (parameters: readonly Parameter[], name: string, text: string) =>
    parameters.some(([key, value]) => key === name && prey.textOf(value) === text);
  const whole = (of: Parameter[1] & { kind: "loot" }) => prey.textOf(of);
  const lootOf = (of: "own" | "victims", what: "client" | "code" | "refresh-token") =>
    whole({ kind: "loot", of: `${of}-${what}` });
  if (path === "/oauth/token" && status === 200) {
    const isOwnCode =
      has(form, "client_id", lootOf("own", "client")) &&
      has(form, "code", lootOf("own", "code")) &&
      has(form, "code_verifier", prey.ownVerifier);
    const isRefresh = (["own", "victims"] as const).some(
      (of) =>
        has(form, "client_id", lootOf(of, "client")) &&
        has(form, "refresh_token", lootOf(of, "refresh-token")),
    );
    if (!isOwnCode && !isRefresh) yield `It gives tokens: ${shown}`;
  } else if (/"(access|refresh)_token":/.test(text)) yield `It gives tokens: ${shown}`;

  const answer = new URL(headers.location ?? "about:blank");
  const ownForm = whole({ kind: "loot", of: "own-form" });
  const ownBrowser = whole({ kind: "loot", of: "own-browser" });
  const hasAgreed =
    path === "/oauth/consent" &&
    has(form, "request", ownForm) &&
    has(cookies, "cleanauth-browser", ownBrowser);
  const isPool = answer.origin === prey.domainUrl;
  if (isPool && !hasAgreed) yield `It skips consent: ${shown}`;
  if (answer.searchParams.has("code") && !isPool) {
    const state = whole({ kind: "loot", of: "own-state" });
    const signIn = whole({ kind: "loot", of: "own-sign-in" });
    const isOwn =
      path === "/oauth/callback" &&
      has(query, "state", state) &&
      has(cookies, "cleanauth-sign-in-own", signIn);
    if (!isOwn) yield `It gives a code: ${shown}`;
  }
}

/** What is registered is fit to be sent to, and the sign-in that it begins is as any other. */
async function problemsOfRegistration(metadata: unknown, prey: FacadePrey): Promise<string[]> {
  const answer = await prey.send("POST", "/oauth/register", metadata);
  const problems = [...problemsOf(answer, prey, [])];
  if (answer.status !== 201) return problems;
  const client = JSON.parse(answer.text) as { client_id: string; redirect_uris: string[] };
  for (const uri of client.redirect_uris) {
    if (!isFitForBrowser(uri)) problems.push(`It registers ${JSON.stringify(uri)}`);
    const query = new URLSearchParams({
      response_type: "code",
      client_id: client.client_id,
      redirect_uri: uri,
      code_challenge: "c".repeat(43),
      code_challenge_method: "S256",
    });
    const begun = await prey.send("GET", `/oauth/authorize?${query}`);
    problems.push(...problemsOf(begun, prey, client.redirect_uris));
    if (begun.status !== 200) problems.push(`${uri} is registered, and answered ${begun.status}`);
    query.delete("code_challenge");
    const refused = await prey.send("GET", `/oauth/authorize?${query}`);
    problems.push(...problemsOf(refused, prey, client.redirect_uris));
  }
  return problems;
}

/** Written down anew, so that a hole in the façade's own rule is none here. */
function isFitForBrowser(uri: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(uri) || /["#<>\\^`{|}]/.test(uri)) return false;
  const { protocol, hostname, username, password } = new URL(uri);
  if (username !== "" || password !== "") return false;
  if (protocol === "https:") return /^([a-z0-9._-]+|\[[0-9a-f:]+\])$/.test(hostname);
  if (protocol === "http:") return ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return /^(cursor|vscode|vscode-insiders|windsurf|zed|[a-z][a-z0-9+-]*\..+):$/.test(protocol);
}
