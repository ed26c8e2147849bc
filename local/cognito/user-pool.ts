import { issuerOfPool } from "@cleanauth/common/cognito-settings.ts";
import { qualifiedScopes, qualifyScope } from "@cleanauth/common/scopes-and-groups.ts";
import { type AppClient, type OAuthSettings, randomText } from "./app-clients.ts";
import { AuthorizationCodes } from "./authorization-codes.ts";
import { BrowserSessions } from "./browser-sessions.ts";
import { ChallengeSessions } from "./challenge-sessions.ts";
import { type DeliveredMessage, Messages } from "./delivery.ts";
import { type Faults, noFaults } from "./faults.ts";
import { RefreshTokens, userAdminScope } from "./refresh-tokens.ts";
import { createSigningKeys } from "./signing-keys.ts";
import type { TokenSettings } from "./tokens.ts";
import { type UserProfile, UserStore } from "./users.ts";

export interface UserPoolSettings {
  readonly region: string;
  readonly users: readonly UserProfile[];
  /** Every user's password, in clear. */
  readonly password: string;
  /** How long access and ID tokens hold. */
  readonly tokenSeconds: number;
  /** How long a rotated refresh token still works, 0 to 60. */
  readonly retryGracePeriodSeconds: number;
  /** Attributes that nobody becomes a confirmed user without. */
  readonly requiredAttributes: readonly string[];
  /** Where managed login may send a browser back to, for the public client. */
  readonly callbackUrls: readonly string[];
  /** Resource servers whose identifier is a URL, and which access tokens can so be bound to. */
  readonly boundResources: readonly string[];
  /** What the app client with a secret may call `InitiateAuth` with. */
  readonly authFlows: readonly string[];
  /** Told of each code that the real service would send by mail or SMS. */
  readonly onMessage: (message: DeliveredMessage) => void;
  /** The clock: milliseconds since the epoch. */
  readonly now: () => number;
}

/** Everything that one pool knows. It lives in memory and ends with the process. */
export interface UserPool {
  readonly id: string;
  readonly tokenSettings: TokenSettings;
  /** Keeps a secret; the terminal's. */
  readonly secretClient: AppClient & { readonly secret: string };
  /** Has an id alone; meant for sign-in in the browser, so of the API's flows it has SRP alone. */
  readonly publicClient: AppClient & { readonly oauth: OAuthSettings };
  /** Signs nobody in: it gets tokens of its own with `client_credentials`, to ask for the weather. */
  readonly machineClient: AppClient & { readonly secret: string };
  readonly clients: readonly AppClient[];
  readonly users: UserStore;
  readonly requiredAttributes: readonly string[];
  readonly boundResources: ReadonlySet<string>;
  readonly sessions: ChallengeSessions;
  readonly refreshTokens: RefreshTokens;
  readonly authorizationCodes: AuthorizationCodes;
  readonly browserSessions: BrowserSessions;
  readonly messages: Messages;
  readonly faults: Faults;
  readonly now: () => number;
}

// Beside the scopes of the resource server, as the stack in AWS has them (cdktf/identity.ts).
const userScopes = ["openid", "profile", "email", userAdminScope];

/**
 * Makes a pool with keys, ids and a client secret of its own.
 *
 * @throws AppError `configuration_totp_secret` when a user's TOTP secret cannot be used
 */
export async function createUserPool(settings: UserPoolSettings): Promise<UserPool> {
  // Real ids have nine characters after the underscore. This one has more, so that it can never be
  // the id of somebody's pool in AWS, whose keys a misconfigured server would then believe.
  const id = `${settings.region}_Local${randomText(9)}`;
  const secretClient = {
    id: randomText(26),
    secret: randomText(52),
    authFlows: new Set(settings.authFlows),
    oauth: null,
  };
  const publicClient = {
    id: randomText(26),
    secret: null,
    authFlows: new Set(["USER_SRP_AUTH"]),
    oauth: {
      grants: new Set(["code"] as const),
      scopes: new Set([...userScopes, ...qualifiedScopes]),
      callbackUrls: new Set(settings.callbackUrls),
    },
  };
  const machineClient = {
    id: randomText(26),
    secret: randomText(52),
    authFlows: new Set<string>(),
    oauth: {
      grants: new Set(["client_credentials"] as const),
      scopes: new Set([qualifyScope("weather:read")]),
      callbackUrls: new Set<string>(),
    },
  };
  const users = new UserStore(id.slice(id.indexOf("_") + 1));
  for (const profile of settings.users) users.add(profile, settings.password);
  const keys = await createSigningKeys();
  return {
    id,
    tokenSettings: {
      issuer: issuerOfPool(id),
      keys,
      tokenSeconds: settings.tokenSeconds,
    },
    secretClient,
    publicClient,
    machineClient,
    clients: [secretClient, publicClient, machineClient],
    users,
    requiredAttributes: settings.requiredAttributes,
    boundResources: new Set(settings.boundResources),
    sessions: new ChallengeSessions(),
    refreshTokens: new RefreshTokens(settings.retryGracePeriodSeconds),
    authorizationCodes: new AuthorizationCodes(),
    browserSessions: new BrowserSessions(),
    messages: new Messages(settings.onMessage),
    faults: noFaults(),
    now: settings.now,
  };
}
