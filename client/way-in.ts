import { AppError } from "@cleanauth/common/app-error.ts";
import { issuerOfPool } from "@cleanauth/common/cognito-settings.ts";
import type { ClientSettings } from "./config.ts";
import type { ExchangeObserver } from "./exchange.ts";
import type { Services } from "./services.ts";
import { createCognitoCalls } from "./sign-in/cognito-calls.ts";
import { createCognitoSignIn, resumeCognitoSignIn } from "./sign-in/cognito-sign-in.ts";
import { createBrowserSignIn } from "./sign-in/oauth/browser-sign-in.ts";
import { createClientCredentialsSignIn } from "./sign-in/oauth/client-credentials-sign-in.ts";
import type { SignIn, TokenSource } from "./sign-in/sign-in.ts";
import { openTokenFile, type StoredSignIn, type TokenFile } from "./sign-in/token-file.ts";
import type {
  BrowserClientSettings,
  CognitoClientSettings,
  MachineClientSettings,
} from "./sign-in-settings.ts";
import { stripToLine } from "./terminal-text.ts";

/** The way in that the settings name: begins sign-ins, and takes up or forgets one that was kept. */
export interface WayIn extends Pick<Services, "resume" | "forget"> {
  begin: Services["createSignIn"];
}

interface WayInOptions {
  readonly keepsSignIn: boolean;
}

/** What differs between the ways in. */
interface Parts {
  begin(onExchange?: ExchangeObserver): SignIn;
  /** What is kept, and how it is taken up again and revoked; null where nothing ever is. */
  readonly kept: {
    readonly file: TokenFile;
    resume(stored: StoredSignIn, onExchange?: ExchangeObserver): Promise<TokenSource>;
    revoke(stored: StoredSignIn, signal: AbortSignal): Promise<void>;
  } | null;
}

/** How long signing out waits for the issuer. */
const revokeMilliseconds = 5_000;

/**
 * Puts the way in together.
 *
 * @param settings of the client
 * @param options.keepsSignIn whether a sign-in outlives the program, in a file of the user's own
 */
export function createWayIn(settings: ClientSettings, options: WayInOptions): WayIn {
  const { begin, kept } = partsOf(settings, options);
  return {
    begin,
    async resume(username, onExchange) {
      // Read once before the lock: where nothing is kept, none is taken.
      if (kept === null || kept.file.read() === null) return null;
      return kept.file.exclusively(async () => {
        const stored = kept.file.read();
        if (stored === null) return null;
        if (username !== undefined && username !== stored.username) return null;
        try {
          return await kept.resume(stored, onExchange);
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== "sign_in_expired") throw error;
          kept.file.forget();
          return null;
        }
      });
    },
    async forget() {
      if (kept === null || kept.file.read() === null) return null;
      // A refresh that is under way elsewhere is waited for: what it brings is what has to be revoked.
      const stored = await kept.file.exclusively(async () => {
        const last = kept.file.read();
        kept.file.forget();
        return last;
      });
      if (stored === null) return null;
      const isRevoked = await kept.revoke(stored, AbortSignal.timeout(revokeMilliseconds)).then(
        () => true,
        () => false,
      );
      return { username: stripToLine(stored.username, 60), isRevoked };
    },
  };
}

function partsOf(settings: ClientSettings, options: WayInOptions): Parts {
  const { signIn } = settings;
  switch (signIn.way) {
    case "password":
      return throughCognito(signIn, settings, options);
    case "browser":
      return throughBrowser(signIn, settings, options);
    case "machine":
      return asMachine(signIn, settings);
  }
}

/** Kept by issuer and client. */
function throughCognito(
  cognito: CognitoClientSettings,
  { stateFolder, insecure }: ClientSettings,
  { keepsSignIn }: WayInOptions,
): Parts {
  const { poolId, region, clientId } = cognito;
  const issuer = poolId === undefined ? region : issuerOfPool(poolId);
  const file = openTokenFile(stateFolder, [issuer, clientId]);
  const callsFor = (onExchange?: ExchangeObserver) =>
    createCognitoCalls(cognito, insecure, onExchange);
  return {
    begin: (onExchange) =>
      createCognitoSignIn(callsFor(onExchange), keepsSignIn ? file : undefined),
    kept: !keepsSignIn
      ? null
      : {
          file,
          resume: (stored, onExchange) => resumeCognitoSignIn(callsFor(onExchange), stored, file),
          revoke: ({ refreshToken }, signal) => callsFor().revoke(refreshToken, signal),
        },
  };
}

/** What the browser brings is for one server alone, and kept so. */
function throughBrowser(
  { preRegistered, clientMetadataUrl, hasScreen }: BrowserClientSettings,
  { serverUrl, stateFolder }: ClientSettings,
  { keepsSignIn }: WayInOptions,
): Parts {
  const file = openTokenFile(stateFolder, ["browser", serverUrl]);
  const clients = preRegistered === null ? [] : [preRegistered];
  const signInFor = (onExchange?: ExchangeObserver) =>
    createBrowserSignIn(
      {
        serverUrl,
        tokenFile: keepsSignIn ? file : undefined,
        clientMetadataUrl,
        preRegistered: new Map(
          clients.map(({ issuer, clientId }) => [issuer, { client_id: clientId }]),
        ),
        async openBrowser(url) {
          if (!hasScreen) return false;
          const { openBrowser } = await import("./sign-in/oauth/open-browser.ts");
          return openBrowser(url);
        },
      },
      onExchange,
    );
  return {
    begin: signInFor,
    kept: !keepsSignIn
      ? null
      : {
          file,
          resume: (stored, onExchange) => signInFor(onExchange).resume(stored),
          revoke: (stored, signal) => signInFor().revoke(stored, signal),
        },
  };
}

/** A machine has its secret at hand, and keeps nothing else. */
function asMachine(
  { issuer, endpoint, clientId, clientSecret }: MachineClientSettings,
  { serverUrl }: ClientSettings,
): Parts {
  const pool = new URL(issuer);
  const machine = {
    serverUrl,
    credentials: { clientId, clientSecret },
    knownBy: (named: string) => named === issuer,
    bindsResource: false,
    addressOf: (url: URL) =>
      endpoint !== undefined && url.origin === pool.origin ? new URL(url.pathname, endpoint) : url,
  };
  return {
    begin: (onExchange) => createClientCredentialsSignIn(machine, onExchange),
    kept: null,
  };
}
