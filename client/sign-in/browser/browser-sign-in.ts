import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { AppError } from "@cleanauth/common/app-error.ts";
import { registerClient } from "@modelcontextprotocol/sdk/client/auth.js";
import {
  OAuthMetadataSchema,
  OpenIdProviderDiscoveryMetadataSchema,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import { z } from "zod";
import { interrupted } from "../../agent/interrupted.ts";
import { createExchange, type ExchangeObserver, masked } from "../../exchange.ts";
import { type Fetch, recordingFetch } from "../../recording-fetch.ts";
import type { IssuedTokens } from "../cognito-answer.ts";
import { signInExpired } from "../cognito-error.ts";
import { field, question } from "../question.ts";
import type { SignIn, SignInStep, TokenSource } from "../sign-in.ts";
import type { StoredSignIn, TokenFile } from "../token-file.ts";
import { createTokenSource } from "../token-source.ts";
import { type AuthorizationServer, findAuthorizationServer } from "./authorization-server.ts";
import { type LoopbackReceiver, openLoopbackReceiver } from "./loopback-receiver.ts";
import { oauthError } from "./oauth-error.ts";
import { exchangeCode, type OAuthClient, refreshTokens, revokeToken } from "./token-requests.ts";

/** What a browser sign-in is told by the client's settings. */
export interface BrowserSettings {
  readonly serverUrl: string;
  /** Clients that are registered already, by the issuer that knows them. */
  readonly preRegistered: ReadonlyMap<string, OAuthClient>;
  /** Where this client's own metadata document is, if it has one: an https URL. */
  readonly clientMetadataUrl?: string | undefined;
  /** Keeps the sign-in for the next start of the program. */
  readonly tokenFile?: TokenFile | undefined;
  /** Opens a page; false where there is no browser to open it in. */
  readonly openBrowser: (url: string) => Promise<boolean>;
}

/** A sign-in in the browser, and what can be done about one that was kept. */
export interface BrowserSignIn extends SignIn {
  /** @throws AppError `sign_in_expired` when it is over */
  resume(stored: StoredSignIn): Promise<TokenSource>;
  /** @throws whatever kept it from being revoked */
  revoke(stored: StoredSignIn, signal: AbortSignal): Promise<void>;
}

/** How often one sign-in may be asked for more scope. */
const mostStepUps = 2;

const metadataMilliseconds = 10_000;

/**
 * Signs in with OAuth's authorization code and PKCE in the user's browser: at whatever authorization
 * server the MCP server names.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization
 *
 * @param settings of the client
 * @param onExchange told what is asked and answered
 */
export function createBrowserSignIn(
  settings: BrowserSettings,
  onExchange?: ExchangeObserver,
): BrowserSignIn {
  const exchange = createExchange(onExchange);
  const serverOrigin = new URL(settings.serverUrl).origin;
  const fetchRecorded = recordingFetch(exchange, {
    partyOf: ({ origin, pathname }) =>
      origin === serverOrigin && !isAuthorizationPath(pathname)
        ? "MCP server"
        : "authorization server",
    milliseconds: metadataMilliseconds,
  });
  const giveUp = new AbortController();
  const first = question("BROWSER", []);
  let next: (answers: Readonly<Record<string, string>>) => Promise<SignInStep> = begin;

  async function begin(): Promise<SignInStep> {
    const server = await worded(() => findAuthorizationServer(settings.serverUrl, fetchRecorded));
    const receiver = await openReceiver(giveUp.signal);
    try {
      const client = await findClient(server, receiver.redirectUri, settings, fetchRecorded);
      if (client !== null) return await askBrowser(server, client, receiver);
    } catch (error) {
      receiver.close();
      throw error;
    }
    next = ({ client_id = "", client_secret = "" }) => {
      const secret = client_secret === "" ? {} : { client_secret };
      return askBrowser(server, { client_id, ...secret }, receiver);
    };
    const asked = question("CLIENT_ID", [
      field("client_id", "text"),
      field("client_secret", "secret", { mayBeEmpty: true }),
    ]);
    return { kind: "question", question: asked, problem: null };
  }

  async function askBrowser(
    server: AuthorizationServer,
    client: OAuthClient,
    receiver: LoopbackReceiver,
  ): Promise<SignInStep> {
    const request = createAuthorizationRequest(server, client, receiver.redirectUri, server.scope);
    const answer = awaitAnswer(receiver, request);
    next = async () => {
      const issued = await worded(() => finish(request, server, client, receiver, answer));
      return { kind: "signed_in", tokens: tokensOf(server, client, issued) };
    };
    const { href } = request.url;
    await settings.openBrowser(href);
    return { kind: "question", question: question("BROWSER", [], { url: href }), problem: null };
  }

  /** Begun before the browser is opened: who is signed in already is sent back at once. */
  function awaitAnswer(receiver: LoopbackReceiver, request: AuthorizationRequest) {
    const answer = receiver.receive(request.state, giveUp.signal);
    // It is looked at later, if at all.
    answer.catch(() => {});
    return answer;
  }

  async function finish(
    request: AuthorizationRequest,
    server: AuthorizationServer,
    client: OAuthClient,
    receiver: LoopbackReceiver,
    answering: Promise<URLSearchParams>,
  ): Promise<GrantedTokens> {
    const tellAnswer = exchange(
      "authorization server",
      `browser ${request.url.origin}${request.url.pathname}`,
      shownRequest(request.url),
    );
    try {
      const answer = await answering;
      const code = requireCode(answer, request.state, server);
      tellAnswer("ok", "code", { code: masked, ...issDetails(answer) });
      const tokens = await exchangeCode(server, client, {
        code,
        verifier: request.verifier,
        redirectUri: receiver.redirectUri,
        fetchToken: fetchRecorded,
      });
      return { ...tokens, scope: tokens.scope ?? request.scope };
    } catch (error) {
      tellAnswer("refused", error instanceof AppError ? error.code : "failed");
      throw error;
    } finally {
      receiver.close();
    }
  }

  function tokensOf(server: AuthorizationServer, client: OAuthClient, issued: GrantedTokens) {
    let granted = issued.scope;
    let stepUps = 0;
    return createTokenSource({
      issued,
      issuer: server.issuer,
      keeper: settings.tokenFile?.withAbout({ server, client, scope: granted }),
      refresh: (refreshToken) =>
        worded(() => refreshTokens(server, client, refreshToken, fetchRecorded)),
      revoke: (refreshToken, signal) =>
        revokeToken(server, client, refreshToken, fetchRecorded, signal),
      async widen(scope) {
        const wanted = unionOf(granted, scope);
        // Asking again for what was granted already would come to the same refusal.
        if (wanted === granted || stepUps === mostStepUps) return null;
        stepUps += 1;
        const receiver = await openReceiver(giveUp.signal);
        const request = createAuthorizationRequest(server, client, receiver.redirectUri, wanted);
        const answer = awaitAnswer(receiver, request);
        if (!(await settings.openBrowser(request.url.href))) {
          receiver.close();
          return null;
        }
        const more = await worded(() => finish(request, server, client, receiver, answer));
        granted = unionOf(wanted, more.scope ?? "");
        return more;
      },
    });
  }

  return {
    first,
    async answer(answers) {
      if (giveUp.signal.aborted) throw interrupted();
      return next(answers);
    },
    cancel: () => giveUp.abort(),
    async revoke({ refreshToken, about }, signal) {
      const { server, client } = parseAbout(about);
      await revokeToken(server, client, refreshToken, fetchRecorded, signal);
    },
    async resume({ refreshToken, about }) {
      const { server, client, scope } = parseAbout(about);
      const issued = await worded(() => refreshTokens(server, client, refreshToken, fetchRecorded));
      return tokensOf(server, client, { refreshToken, ...issued, scope });
    },
  };
}

const aboutSignIn = z.object({
  server: z.object({
    issuer: z.string(),
    resource: z.string(),
    scope: z.string().nullable(),
    metadata: OAuthMetadataSchema.or(OpenIdProviderDiscoveryMetadataSchema),
  }),
  client: z.object({
    client_id: z.string(),
    client_secret: z.string().optional(),
    token_endpoint_auth_method: z.string().optional(),
  }),
  scope: z.string().nullable(),
});

function parseAbout(about: unknown): z.output<typeof aboutSignIn> {
  const parsed = aboutSignIn.safeParse(about);
  if (parsed.success) return parsed.data;
  throw signInExpired();
}

/** Whether a path on the MCP server's own origin is that of its authorization server. */
function isAuthorizationPath(path: string): boolean {
  return (
    /\/(authorize|token|register|revoke)$/.test(path) ||
    /\/\.well-known\/(oauth-authorization-server|openid-configuration)/.test(path)
  );
}

type GrantedTokens = IssuedTokens & { readonly scope: string | null };

interface AuthorizationRequest {
  readonly url: URL;
  readonly state: string;
  readonly verifier: string;
  readonly scope: string | null;
}

/** https://www.rfc-editor.org/rfc/rfc7636#section-4 and https://www.rfc-editor.org/rfc/rfc8707#section-2 */
function createAuthorizationRequest(
  server: AuthorizationServer,
  client: OAuthClient,
  redirectUri: string,
  scope: string | null,
): AuthorizationRequest {
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(32).toString("base64url");
  const url = new URL(server.metadata.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    resource: server.resource,
    ...(scope === null ? {} : { scope }),
    // OpenID Connect Core 1.0, section 11: offline access wants consent.
    ...(scope?.split(" ").includes("offline_access") ? { prompt: "consent" } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url, state, verifier, scope };
}

const shownRequestParameters = [
  "response_type",
  "client_id",
  "redirect_uri",
  "scope",
  "resource",
  "code_challenge",
  "code_challenge_method",
];

function shownRequest({ searchParams }: URL): Record<string, string> {
  const shown = shownRequestParameters.flatMap((name) => {
    const value = searchParams.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(shown), state: masked };
}

function issDetails(answer: URLSearchParams): Record<string, string> {
  const iss = answer.get("iss");
  return iss === null ? {} : { iss };
}

/**
 * The code of an answer that is the authorization server's own.
 * https://www.rfc-editor.org/rfc/rfc9207#section-2.4
 */
function requireCode(answer: URLSearchParams, state: string, server: AuthorizationServer): string {
  const given = Buffer.from(answer.get("state") ?? "");
  const expected = Buffer.from(state);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw foreignAnswer("its state is not the one that was sent");
  }
  const issuers = answer.getAll("iss");
  const mustName = Reflect.get(server.metadata, "authorization_response_iss_parameter_supported");
  if (issuers.length > 0 ? issuers.some((iss) => iss !== server.issuer) : mustName === true) {
    throw foreignAnswer("it does not come from the authorization server that was asked");
  }
  const error = answer.get("error");
  if (error !== null) throw oauthError(error, answer.get("error_description") ?? "");
  const [code, ...more] = answer.getAll("code");
  if (code === undefined || code === "" || more.length > 0) throw foreignAnswer("it has no code");
  return code;
}

function foreignAnswer(why: string): AppError {
  return new AppError(
    "sign_in_browser_answer",
    `The browser's answer was not taken: ${why}`,
    "Sign in again from the start; if it stays, do not use this server.",
  );
}

/**
 * The client to go by: one that is registered already, else this program's metadata document, else one
 * that is registered now; null where somebody has to be asked.
 */
async function findClient(
  server: AuthorizationServer,
  redirectUri: string,
  settings: BrowserSettings,
  fetchRegistration: Fetch,
): Promise<OAuthClient | null> {
  const known = settings.preRegistered.get(server.issuer);
  if (known !== undefined) return known;
  const { metadata } = server;
  const takesDocuments = Reflect.get(metadata, "client_id_metadata_document_supported") === true;
  if (takesDocuments && settings.clientMetadataUrl !== undefined) {
    return { client_id: settings.clientMetadataUrl };
  }
  if (metadata.registration_endpoint === undefined) return null;
  return worded(() =>
    registerClient(server.issuer, {
      metadata,
      ...(server.scope === null ? {} : { scope: server.scope }),
      clientMetadata: {
        client_name: "CLEANAUTH",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        token_endpoint_auth_method: authMethodFor(metadata.token_endpoint_auth_methods_supported),
      },
      fetchFn: fetchRegistration,
    }),
  );
}

/** A program on somebody's machine keeps no secret, but takes one where a server insists. */
function authMethodFor(supported: readonly string[] | undefined): string {
  if (supported === undefined || supported.includes("none")) return "none";
  return supported.find((method) => method.startsWith("client_secret_")) ?? "none";
}

async function openReceiver(signal: AbortSignal): Promise<LoopbackReceiver> {
  if (signal.aborted) throw interrupted();
  const receiver = await openLoopbackReceiver();
  signal.addEventListener("abort", receiver.close, { once: true });
  return receiver;
}

function unionOf(one: string | null, other: string): string {
  const scopes = [...(one ?? "").split(" "), ...other.split(" ")].filter(Boolean);
  return [...new Set(scopes)].join(" ");
}

/** Words whatever goes wrong on the way. */
async function worded<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw oauthError(error);
  }
}
