import { createHash, randomBytes, randomUUID } from "node:crypto";
import { BoundedMap } from "./bounded-map.ts";

/** What a sign-in was allowed to be used for. */
export interface Grant {
  /** The access token's scopes, separated by spaces. */
  readonly scope: string;
  /** What a sign-in on the pool's own pages knows beyond that; null for one through the API. */
  readonly managedLogin: {
    /** Repeated in the ID token (OpenID Connect Core 1.0, section 3.1.2.1). */
    readonly nonce: string | null;
    /** The access token's `aud`, where a known `resource` was asked for (RFC 8707). */
    readonly audience: string | null;
  } | null;
}

/** Lets a token call the operations by which users look after themselves; the only scope there is
 * without managed login. */
export const userAdminScope = "aws.cognito.signin.user.admin";

const apiGrant: Grant = { scope: userAdminScope, managedLogin: null };

/** One completed sign-in: every token that comes from it carries its `origin_jti`. */
export interface SignIn {
  readonly originJti: string;
  readonly eventId: string;
  readonly username: string;
  readonly clientId: string;
  /** The `auth_time` claim, in seconds since the epoch. */
  readonly authTime: number;
  /** When its refresh tokens end, in milliseconds since the epoch; a rotation does not move it. */
  readonly expiresAt: number;
  readonly grant: Grant;
  revoked: boolean;
}

interface RefreshToken {
  readonly signIn: SignIn;
  /** When it was first exchanged, in milliseconds since the epoch; null while it is current. */
  rotatedAt: number | null;
}

export type Rotation =
  | { kind: "rotated"; signIn: SignIn; refreshToken: string }
  | { kind: "unknown" | "revoked" | "expired" | "reused" };

const lifetimeMilliseconds = 30 * 24 * 60 * 60 * 1000;

// The protected header of every refresh token of the real service: an encrypted JWT that nobody but
// Cognito can open.
const jweHeader = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}').toString(
  "base64url",
);

/**
 * The sign-ins of a pool and their refresh tokens, with rotation on: exchanging a refresh token
 * gives a new one, and the old one stops working once the grace period is over. Using it then is
 * refused and revokes nothing; within the grace period it gives yet another token.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html#using-the-refresh-token-rotation
 */
export class RefreshTokens {
  readonly #gracePeriodMilliseconds: number;
  readonly #signIns = new BoundedMap<string, SignIn>(10_000);
  /** By digest: who reads the memory finds no token that works. */
  readonly #tokens = new BoundedMap<string, RefreshToken>(50_000);

  /** @param retryGracePeriodSeconds the app client's setting of that name, 0 to 60 */
  constructor(retryGracePeriodSeconds: number) {
    this.#gracePeriodMilliseconds = retryGracePeriodSeconds * 1000;
  }

  /**
   * Records a completed sign-in.
   *
   * @param username who signed in
   * @param clientId through which app client
   * @param now milliseconds since the epoch
   * @param grant what it may be used for; the API's own unless given
   * @param authTime when the user gave the password, in seconds since the epoch; now unless given
   */
  start(
    username: string,
    clientId: string,
    now: number,
    grant: Grant = apiGrant,
    authTime: number = Math.floor(now / 1000),
  ): { signIn: SignIn; refreshToken: string } {
    const signIn: SignIn = {
      originJti: randomUUID(),
      eventId: randomUUID(),
      username,
      clientId,
      authTime,
      expiresAt: now + lifetimeMilliseconds,
      grant,
      revoked: false,
    };
    this.#signIns.set(signIn.originJti, signIn);
    return { signIn, refreshToken: this.#issue(signIn) };
  }

  /**
   * Exchanges a refresh token for the next one.
   *
   * @param token as the caller gave it
   * @param clientId the caller's app client; a token of another client is unknown
   * @param now milliseconds since the epoch
   */
  rotate(token: string, clientId: string, now: number): Rotation {
    const known = this.#find(token, clientId);
    if (known === undefined) return { kind: "unknown" };
    const { signIn, rotatedAt } = known;
    if (signIn.revoked) return { kind: "revoked" };
    if (now >= signIn.expiresAt) return { kind: "expired" };
    if (rotatedAt !== null && now >= rotatedAt + this.#gracePeriodMilliseconds) {
      return { kind: "reused" };
    }
    known.rotatedAt = rotatedAt ?? now;
    return { kind: "rotated", signIn, refreshToken: this.#issue(signIn) };
  }

  /**
   * Ends the sign-in that a refresh token belongs to: none of its refresh and access tokens works
   * any more. A token that is unknown, or another client's, changes nothing (RFC 7009, section 2.2).
   *
   * @param token as the caller gave it
   * @param clientId the caller's app client
   */
  revoke(token: string, clientId: string): void {
    const known = this.#find(token, clientId);
    if (known !== undefined) known.signIn.revoked = true;
  }

  /** Ends every sign-in of a user, through whichever app client. */
  revokeAllOf(username: string): void {
    for (const signIn of this.#signIns.values()) {
      if (signIn.username === username) signIn.revoked = true;
    }
  }

  /** Whether tokens with this `origin_jti` were revoked; one that is not known counts as revoked. */
  isRevoked(originJti: string): boolean {
    return this.#signIns.get(originJti)?.revoked ?? true;
  }

  #find(token: string, clientId: string): RefreshToken | undefined {
    const known = this.#tokens.get(digest(token));
    return known?.signIn.clientId === clientId ? known : undefined;
  }

  #issue(signIn: SignIn): string {
    const parts = [256, 12, 640, 16].map((bytes) => randomBytes(bytes).toString("base64url"));
    const token = [jweHeader, ...parts].join(".");
    this.#tokens.set(digest(token), { signIn, rotatedAt: null });
    return token;
  }
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
