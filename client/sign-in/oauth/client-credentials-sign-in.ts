import { AppError } from "@cleanauth/common/app-error.ts";
import { OAuthTokensSchema } from "@modelcontextprotocol/sdk/shared/auth.js";
import { z } from "zod";
import { interrupted } from "../../agent/interrupted.ts";
import { createExchange, type ExchangeObserver } from "../../exchange.ts";
import { LocalizedError } from "../../localized-error.ts";
import { recordingFetch } from "../../recording-fetch.ts";
import { stripToLine } from "../../terminal-text.ts";
import { question } from "../question.ts";
import type { SignIn, TokenSource } from "../sign-in.ts";
import { createTokenSource } from "../token-source.ts";
import { type AuthorizationServer, findAuthorizationServer } from "./authorization-server.ts";
import { oauthError, worded } from "./oauth-error.ts";
import { oauthErrorTexts as texts } from "./oauth-error-texts.ts";
import { createStepUp } from "./step-up.ts";
import { type GrantedTokens, issuedOf } from "./token-requests.ts";

/** What a machine's sign-in is told by the client's settings. */
export interface MachineSettings {
  readonly serverUrl: string;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  /** Whether the credentials are registered with an issuer: nobody else gets to see them. */
  readonly knownBy: (issuer: string) => boolean;
  /** Whether that issuer binds a machine's token to a resource (RFC 8707). Cognito does so for users alone. */
  readonly bindsResource: boolean;
  /** Where a request really goes, for what is played by a stand-in. */
  readonly addressOf?: (url: URL) => URL;
}

const answerMilliseconds = 10_000;

/**
 * Signs a machine in for itself, with OAuth's client credentials: a job or a script, on behalf of no user.
 * Nothing is asked, nothing is kept; a token that ends is replaced by asking again.
 * https://www.rfc-editor.org/rfc/rfc6749#section-4.4 and
 * https://modelcontextprotocol.io/extensions/auth/oauth-client-credentials
 *
 * @param settings of the client
 * @param onExchange told what is asked and answered
 */
export function createClientCredentialsSignIn(
  settings: MachineSettings,
  onExchange?: ExchangeObserver,
): SignIn {
  const { serverUrl, knownBy } = settings;
  const giveUp = new AbortController();
  const serverOrigin = new URL(serverUrl).origin;
  const fetchRecorded = recordingFetch(createExchange(onExchange), {
    partyOf: ({ origin }) => (origin === serverOrigin ? "MCP server" : "authorization server"),
    milliseconds: answerMilliseconds,
    ...(settings.addressOf === undefined ? {} : { addressOf: settings.addressOf }),
  });

  async function askForToken(
    server: AuthorizationServer,
    scope: string | null,
  ): Promise<GrantedTokens> {
    const url = server.metadata.token_endpoint;
    const response = await fetchRecorded(url, {
      method: "POST",
      headers: { accept: "application/json", authorization: basicOf(settings.credentials) },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        ...(scope === null ? {} : { scope }),
        ...(settings.bindsResource ? { resource: server.resource } : {}),
      }),
      signal: giveUp.signal,
    });
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw refusal(answer, { url, status: response.status });
    const tokens = OAuthTokensSchema.parse(answer);
    return { ...issuedOf(tokens), scope: tokens.scope ?? scope };
  }

  /**
   * Asks for what the server wants. Where the app client may not have all of that, it is asked once more for
   * whatever it may have (RFC 6749, section 3.3): the server says what is missing when it comes to it.
   */
  async function askForWhatThereIs(server: AuthorizationServer): Promise<GrantedTokens> {
    try {
      return await askForToken(server, server.scope);
    } catch (error) {
      if (server.scope === null || !isScopeRefusal(error)) throw error;
      return askForToken(server, null);
    }
  }

  async function signIn(): Promise<TokenSource> {
    const grant = { type: "client_credentials", knownBy } as const;
    const server = await findAuthorizationServer(serverUrl, fetchRecorded, grant);
    const issued = await askForWhatThereIs(server);
    const stepUp = createStepUp(issued.scope);
    let scope = issued.scope;
    return createTokenSource({
      issued,
      issuer: server.issuer,
      renew: () => worded(() => askForToken(server, scope)),
      async widen(more) {
        const wanted = stepUp.next(more);
        if (wanted === null) return null;
        stepUp.asked();
        try {
          const widened = await worded(() => askForToken(server, wanted));
          stepUp.granted(wanted);
          scope = wanted;
          return widened;
        } catch (error) {
          // The app client may not have it; the server's own refusal says the rest.
          if (isScopeRefusal(error)) return null;
          throw error;
        }
      },
    });
  }

  return {
    first: question("CLIENT_CREDENTIALS", []),
    async answer() {
      if (giveUp.signal.aborted) throw interrupted();
      return { kind: "signed_in", tokens: await worded(signIn) };
    },
    cancel: () => giveUp.abort(),
  };
}

/** RFC 6749, section 2.3.1: both parts are form-encoded first. */
function basicOf({ clientId, clientSecret }: MachineSettings["credentials"]): string {
  const [id, secret] = [clientId, clientSecret].map((text) =>
    new URLSearchParams({ x: text }).toString().slice(2),
  );
  return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

const oauthRefusal = z.object({
  error: z.string(),
  error_description: z.string().optional(),
});

const scopeRefused = "sign_in_machine_scope";

function isScopeRefusal(error: unknown): boolean {
  return error instanceof AppError && error.code === scopeRefused;
}

/** Words a refusal (RFC 6749, section 5.2); no answer repeats the secret. */
function refusal(answer: unknown, { url, status }: { url: string; status: number }): AppError {
  const parsed = oauthRefusal.safeParse(answer);
  if (!parsed.success) {
    const words = status >= 500 ? texts.failed(stripToLine(url, 200), status) : texts.unreadable();
    return new LocalizedError("sign_in_unexpected_answer", words);
  }
  const { error, error_description: description } = parsed.data;
  switch (error) {
    case "invalid_client":
      return new LocalizedError("sign_in_machine_refused", texts.machineRefused());
    case "unauthorized_client":
    // What Cognito says of an app client whose grants are listed, but not switched on.
    case "invalid_grant":
      return new LocalizedError("sign_in_machine_refused", texts.machineNotAllowed(error));
    case "invalid_scope":
      return new LocalizedError(scopeRefused, texts.machineScope());
    default:
      return oauthError(error, description);
  }
}
