import { AppError } from "@cleanauth/common/app-error.ts";
import {
  OAuthMetadataSchema,
  OpenIdProviderDiscoveryMetadataSchema,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import { z } from "zod";
import { interrupted } from "../../agent/interrupted.ts";
import { createExchange, type ExchangeObserver, masked } from "../../exchange.ts";
import { recordingFetch } from "../../recording-fetch.ts";
import { signInExpired } from "../cognito-error.ts";
import { field, question } from "../question.ts";
import type { SignIn, SignInStep, TokenSource } from "../sign-in.ts";
import type { StoredSignIn, TokenFile } from "../token-file.ts";
import { createTokenSource } from "../token-source.ts";
import {
  type AuthorizationRequest,
  createAuthorizationRequest,
  issDetails,
  requireCode,
  shownRequest,
} from "./authorization-request.ts";
import { type AuthorizationServer, findAuthorizationServer } from "./authorization-server.ts";
import { type ClientSettings, findClient } from "./find-client.ts";
import { type LoopbackReceiver, openLoopbackReceiver } from "./loopback-receiver.ts";
import { worded } from "./oauth-error.ts";
import { createStepUp } from "./step-up.ts";
import {
  exchangeCode,
  type GrantedTokens,
  type OAuthClient,
  refreshTokens,
  revokeToken,
} from "./token-requests.ts";

/** What a browser sign-in is told by the client's settings. */
export interface BrowserSettings extends ClientSettings {
  readonly serverUrl: string;
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
      const client = await worded(() =>
        findClient(server, receiver.redirectUri, settings, fetchRecorded),
      );
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
    const answer = awaitAnswer(receiver, request, giveUp.signal);
    next = async () => {
      const issued = await worded(() => finish(request, server, client, receiver, answer));
      return { kind: "signed_in", tokens: tokensOf(server, client, issued) };
    };
    const { href } = request.url;
    await settings.openBrowser(href);
    return { kind: "question", question: question("BROWSER", [], { url: href }), problem: null };
  }

  /** Begun before the browser is opened: who is signed in already is sent back at once. */
  function awaitAnswer(
    receiver: LoopbackReceiver,
    request: AuthorizationRequest,
    signal: AbortSignal,
  ) {
    const answer = receiver.receive(request.state, signal);
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
    const stepUp = createStepUp(issued.scope);
    return createTokenSource({
      issued,
      issuer: server.issuer,
      keeper: settings.tokenFile?.withAbout(() => ({ server, client, scope: stepUp.held() })),
      refresh: (refreshToken) =>
        worded(() => refreshTokens(server, client, refreshToken, fetchRecorded)),
      revoke: (refreshToken, signal) =>
        revokeToken(server, client, refreshToken, fetchRecorded, signal),
      async widen(scope, leaving, tellUser) {
        const wanted = stepUp.next(scope);
        if (wanted === null) return null;
        const signal = AbortSignal.any([giveUp.signal, leaving]);
        const receiver = await openReceiver(signal);
        const request = createAuthorizationRequest(server, client, receiver.redirectUri, wanted);
        const answer = awaitAnswer(receiver, request, signal);
        const { href } = request.url;
        const isOpen = await settings.openBrowser(href);
        const isTold = tellUser?.(href) ?? false;
        // Where nobody can be told, and no browser is there, there is no more scope to be had.
        if (!isOpen && !isTold) {
          receiver.close();
          return null;
        }
        stepUp.asked();
        const more = await worded(() => finish(request, server, client, receiver, answer));
        stepUp.granted(`${wanted} ${more.scope ?? ""}`);
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

async function openReceiver(signal: AbortSignal): Promise<LoopbackReceiver> {
  if (signal.aborted) throw interrupted();
  const receiver = await openLoopbackReceiver();
  signal.addEventListener("abort", receiver.close, { once: true });
  return receiver;
}
