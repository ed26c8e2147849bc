import { demoUsers } from "./demo-users.ts";
import { serveUserPool } from "./protocol/http-server.ts";
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
  /** Ends it, open connections included. What it knew is gone. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in for Amazon Cognito user pools on loopback, with a pool of demo users, for the
 * unmodified AWS SDK. Keys, ids and the client's secret are new at each start.
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
    now: options.now ?? Date.now,
  });
  const { url, close } = await serveUserPool(pool, options.port ?? 0);
  return {
    url,
    poolId: pool.id,
    clientId: pool.secretClient.id,
    clientSecret: pool.secretClient.secret,
    publicClientId: pool.publicClient.id,
    close,
  };
}
