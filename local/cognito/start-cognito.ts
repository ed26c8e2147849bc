import type { DeliveredMessage } from "./delivery.ts";
import { demoUsers } from "./demo-users.ts";
import { serveDomain } from "./managed-login/serve-domain.ts";
import { serveUserPool } from "./protocol/serve-user-pool.ts";
import { createUserPool } from "./user-pool.ts";

export interface CognitoOptions {
  /** The region in the pool's id and issuer; `us-east-1` unless given. */
  readonly region?: string;
  /** The password of every demo user; `newbie`'s is temporary. */
  readonly demoPassword: string;
  /** Base32, the authenticator app of `mfa`. */
  readonly totpSecret: string;
  /** 0, a free one, unless given. */
  readonly port?: number;
  /** How long access and ID tokens hold; 900 unless given. */
  readonly accessTokenSeconds?: number;
  /** How long a rotated refresh token still works, 0 to 60; 0 unless given. */
  readonly retryGracePeriodSeconds?: number;
  /** Where managed login may send browsers back to; more can be registered later. */
  readonly callbackUrls?: readonly string[];
  /** Identifiers of resource servers that an access token can be bound to; none unless given. */
  readonly boundResources?: readonly string[];
  /**
   * What the app client with a secret may call `InitiateAuth` with; all flows of users but
   * `CUSTOM_AUTH` unless given.
   */
  readonly authFlows?: readonly string[];
  /** Told of each code that the real service would send by mail or SMS. */
  readonly onMessage?: (message: DeliveredMessage) => void;
  /** The clock, in milliseconds since the epoch; the machine's unless given. */
  readonly now?: () => number;
}

/** A running stand-in, with everything that a client's settings need. */
export interface Cognito {
  readonly url: string;
  readonly poolId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly publicClientId: string;
  readonly machineClientId: string;
  readonly machineClientSecret: string;
  /** Where managed login is: the pool's domain. */
  readonly domainUrl: string;
  /** Lets managed login send browsers back to one more URL, compared as it is. */
  registerCallbackUrl(url: string): void;
  /** Ends it, open connections included. What it knew is gone. */
  close(): Promise<void>;
}

const defaultAuthFlows = ["USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH"];

/**
 * Starts a stand-in for Amazon Cognito user pools on loopback, with a pool of demo users, for the
 * unmodified AWS SDK and for browsers. Keys, ids and the client's secret are new at each start.
 *
 * It writes no log: what it is told is passwords, and what it answers is tokens.
 *
 * @throws AppError `configuration_port` when the port is taken, `configuration_totp_secret` when the
 *   TOTP secret cannot be used
 */
export async function startCognito(options: CognitoOptions): Promise<Cognito> {
  const pool = await createUserPool({
    region: options.region ?? "us-east-1",
    users: demoUsers(options.totpSecret),
    password: options.demoPassword,
    tokenSeconds: options.accessTokenSeconds ?? 900,
    retryGracePeriodSeconds: options.retryGracePeriodSeconds ?? 0,
    requiredAttributes: ["email"],
    callbackUrls: options.callbackUrls ?? [],
    boundResources: options.boundResources ?? [],
    authFlows: options.authFlows ?? defaultAuthFlows,
    onMessage: options.onMessage ?? (() => {}),
    now: options.now ?? Date.now,
  });
  const domain = await serveDomain(pool, 0);
  const api = await serveUserPool(pool, domain.url, options.port ?? 0).catch(async (error) => {
    await domain.close();
    throw error;
  });
  return {
    url: api.url,
    domainUrl: domain.url,
    poolId: pool.id,
    clientId: pool.secretClient.id,
    clientSecret: pool.secretClient.secret,
    publicClientId: pool.publicClient.id,
    machineClientId: pool.machineClient.id,
    machineClientSecret: pool.machineClient.secret,
    registerCallbackUrl: (url) => pool.publicClient.oauth.callbackUrls.add(url),
    close: async () => {
      await Promise.all([api.close(), domain.close()]);
    },
  };
}
