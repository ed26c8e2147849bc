import { randomBytes } from "node:crypto";
import { z } from "zod";
import { type AuthorizationRequest, judgeRequest } from "./authorization-request.ts";
import { type Clients, isIdentityAssured } from "./clients.ts";
import { createConsentMemory, digestOf } from "./consent-memory.ts";
import { createCookieJar } from "./cookies.ts";
import { callbackPath, type FacadeSettings, resourceParameter } from "./facade-settings.ts";
import type { IssuedCode } from "./issued-code.ts";
import { type FacadeReply, type FacadeRequest, redirect, single } from "./message.ts";
import { consentPage, errorPage } from "./pages.ts";
import { answerUri } from "./redirect-uri.ts";
import { createSealed } from "./sealed.ts";
import { textsFor } from "./texts.ts";
import { UsedOnce } from "./used-once.ts";

const signInSeconds = 600;

/**
 * How many sign-ins a browser may have under way. A client that begins one after the other would else
 * leave so many cookies that this server takes none of that browser's requests any more.
 */
const mostSignIns = 5;

/** What a sign-in carries to the answer; in a cookie, of which browsers keep 4 KB. */
const answered = z.object({
  clientDigest: z.string(),
  redirectUri: z.string(),
  state: z.string().optional(),
  codeChallenge: z.string(),
  resource: z.string().optional(),
});

/** What it carries from the authorization request through the consent page. */
const pendingRequest = answered.extend({
  registeredUri: z.string(),
  scopes: z.array(z.string()),
  isRemembered: z.boolean(),
});
type PendingRequest = z.output<typeof pendingRequest>;

/** A cookie for each sign-in that is under way, named after the state that comes back with it. */
const signInCookie = /^sign-in-[\w-]{22}$/;

/** Errors that a client can do something with (RFC 6749, section 4.1.2.1). */
const passedErrors = ["access_denied", "invalid_scope", "temporarily_unavailable"];

/** The steps of a sign-in that a browser goes through. */
export interface SignInSteps {
  /** `GET /oauth/authorize` */
  authorize(request: FacadeRequest): Promise<FacadeReply>;
  /** `POST /oauth/consent` */
  consent(request: FacadeRequest): Promise<FacadeReply>;
  /** `GET /oauth/callback`: the way back from Cognito */
  callback(request: FacadeRequest): Promise<FacadeReply>;
}

/**
 * Makes the steps of a sign-in. Nothing is kept for one: what the next step has to know is sealed, and
 * goes to the browser in a form or a cookie. Each step is bound to the browser that began it, so that
 * nobody can begin a sign-in and have somebody else finish it.
 *
 * @param issueCode seals the code that the client gets
 */
export function createSignIn(
  settings: FacadeSettings,
  clients: Clients,
  key: Uint8Array,
  issueCode: (code: IssuedCode) => Promise<string>,
): SignInSteps {
  const jar = createCookieJar(settings.issuer);
  const memory = createConsentMemory(key, jar);
  const forms = createSealed(
    key,
    "consent",
    z.object({ browser: z.string(), request: pendingRequest }),
    signInSeconds,
  );
  const signIns = createSealed(
    key,
    "sign-in",
    z.object({ request: answered, verifier: z.string() }),
    signInSeconds,
  );
  const usedSignIns = new UsedOnce(signInSeconds);

  /** Sends the browser to Cognito, and leaves with it what the way back needs. */
  async function sendToPool(
    pending: PendingRequest,
    language: string,
    cookies: ReadonlyMap<string, string>,
    more: readonly string[] = [],
  ): Promise<FacadeReply> {
    const verifier = randomBytes(32).toString("base64url");
    // The state is short and says nothing; the browser has to have the cookie of that name.
    const state = randomBytes(16).toString("base64url");
    const cookie = await signIns.seal({ request: answered.parse(pending), verifier });
    const underWay = jar.names(cookies).filter((name) => signInCookie.test(name));
    const location = new URL(`${settings.domainUrl}/oauth2/authorize`);
    location.search = new URLSearchParams({
      response_type: "code",
      client_id: settings.publicClientId,
      redirect_uri: `${settings.issuer}${callbackPath}`,
      scope: pending.scopes.join(" "),
      state,
      code_challenge: digestOf(verifier),
      code_challenge_method: "S256",
      lang: language,
      ...resourceParameter(settings, pending.resource),
    }).toString();
    return redirect(location.href, [
      ...more,
      ...underWay.slice(0, 1 - mostSignIns).map((name) => jar.set(name, "", 0)),
      jar.set(`sign-in-${state}`, cookie, signInSeconds),
    ]);
  }

  return {
    async authorize({ query, cookies, acceptLanguage }) {
      const texts = textsFor(acceptLanguage);
      const judged = await judgeRequest(query, clients, settings);
      if (judged.kind === "page") return errorPage(texts, judged.problem, judged.detail);
      if (judged.kind === "redirect") return redirect(judged.location);
      const { request } = judged;
      const pending = pendingOf(request);
      if (await memory.has(request, cookies)) return sendToPool(pending, texts.language, cookies);
      const known = jar.read(cookies, "browser") ?? "";
      const browser = /^[\w-]{22}$/.test(known) ? known : randomBytes(16).toString("base64url");
      const form = {
        request: await forms.seal({ browser: digestOf(browser), request: pending }),
        // Cognito may send a browser on to another identity provider, whose address nobody here knows.
        origins: ["https:", new URL(settings.domainUrl).origin, originOf(request.redirectUri)],
      };
      // Longer than the form, whose time begins with this answer, holds.
      const cookie = jar.set("browser", browser, 2 * signInSeconds);
      return consentPage(texts, request, form, [cookie]);
    },

    async consent({ form, cookies, acceptLanguage }) {
      const texts = textsFor(acceptLanguage);
      const opened = await forms.open(single(form, "request") ?? "");
      const browser = jar.read(cookies, "browser") ?? "";
      if (opened === null || opened.value.browser !== digestOf(browser)) {
        return errorPage(texts, "stale-form");
      }
      const { request } = opened.value;
      if (single(form, "decision") !== "allow") {
        return redirect(answerOf(settings, request, { error: "access_denied" }));
      }
      const consent = await memory.add(request, cookies);
      return sendToPool(request, texts.language, cookies, consent);
    },

    async callback({ query, cookies, acceptLanguage }) {
      const texts = textsFor(acceptLanguage);
      const cookieName = `sign-in-${single(query, "state") ?? ""}`;
      const sealed = signInCookie.test(cookieName) ? jar.read(cookies, cookieName) : undefined;
      const opened = await signIns.open(sealed ?? "");
      if (opened === null || !usedSignIns.use(opened.id)) {
        return errorPage(texts, "unknown-sign-in");
      }
      const { request, verifier } = opened.value;
      const forgotten = [jar.set(cookieName, "", 0)];
      const poolCode = single(query, "code");
      if (poolCode === undefined) {
        const said = single(query, "error") ?? "";
        const error = passedErrors.includes(said) ? said : "server_error";
        return redirect(answerOf(settings, request, { error }), forgotten);
      }
      const { clientDigest, redirectUri, codeChallenge, resource } = request;
      const code = await issueCode({
        poolCode,
        verifier,
        clientDigest,
        redirectUri,
        codeChallenge,
        resource,
      });
      return redirect(answerOf(settings, request, { code }), forgotten);
    },
  };
}

function pendingOf(request: AuthorizationRequest): PendingRequest {
  const { client, redirectUri, registeredUri, state, codeChallenge, scopes, resource } = request;
  return {
    clientDigest: digestOf(client.id),
    redirectUri,
    registeredUri,
    state,
    codeChallenge,
    scopes: [...scopes],
    resource,
    isRemembered: isIdentityAssured(client, redirectUri),
  };
}

function answerOf(
  { issuer }: FacadeSettings,
  { redirectUri, state }: z.output<typeof answered>,
  answer: Readonly<Record<string, string>>,
): string {
  return answerUri(redirectUri, { ...answer, state, iss: issuer });
}

/** An origin as a content security policy names it; a scheme of an application has none. */
function originOf(uri: string): string {
  const { protocol, origin } = new URL(uri);
  return origin === "null" ? protocol : origin;
}
