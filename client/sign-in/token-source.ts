import { readAccessToken } from "./access-token.ts";
import type { IssuedTokens } from "./cognito-answer.ts";
import { unexpectedAnswer } from "./cognito-answer.ts";
import { signInExpired } from "./cognito-error.ts";
import type { TokenSource } from "./sign-in.ts";

/** A token that ends sooner than this is refreshed before it is handed out. */
const marginMilliseconds = 60_000;

/** How long leaving waits for Cognito. */
const signOutMilliseconds = 3_000;

/**
 * Keeps the tokens of a signed-in user fresh. Nothing is written down: they live in this closure.
 *
 * @param options.issued the tokens that the sign-in ended with
 * @param options.refresh exchanges a refresh token; throws AppError
 * @param options.revoke revokes a refresh token
 * @param options.now the time in milliseconds since the epoch
 */
export function createTokenSource(options: {
  issued: IssuedTokens;
  refresh: (refreshToken: string) => Promise<IssuedTokens>;
  revoke: (refreshToken: string, signal: AbortSignal) => Promise<void>;
  now?: () => number;
}): TokenSource {
  const now = options.now ?? Date.now;
  const { identity } = readAccessToken(options.issued.accessToken);
  let accessToken = "";
  let refreshToken: string | undefined;
  let expiresAt = 0;
  let refreshing: Promise<void> | undefined;
  let isSignedOut = false;
  hold(options.issued);

  function hold(issued: IssuedTokens): void {
    const read = readAccessToken(issued.accessToken);
    if (read.identity.subject !== identity.subject) throw unexpectedAnswer();
    // Counted from when it arrived, so that a clock that is wrong here does no harm.
    expiresAt = now() + (issued.expiresInSeconds ?? read.lifetimeSeconds) * 1000;
    accessToken = issued.accessToken;
    // With rotation every refresh brings the next refresh token, and the old one ends.
    refreshToken = issued.refreshToken ?? refreshToken;
  }

  async function refresh(): Promise<void> {
    if (refreshToken === undefined || isSignedOut) throw signInExpired();
    hold(await options.refresh(refreshToken));
  }

  return {
    identity,
    expiresAtMilliseconds: () => expiresAt,

    async accessToken({ refuse } = {}) {
      const mustRefresh =
        isSignedOut || refuse === accessToken || expiresAt - now() < marginMilliseconds;
      if (mustRefresh) {
        refreshing ??= refresh().finally(() => {
          refreshing = undefined;
        });
      }
      // Whoever comes while a refresh is under way waits for it: the old token may be the refused one.
      await refreshing;
      return accessToken;
    },

    async signOut() {
      const signal = AbortSignal.timeout(signOutMilliseconds);
      const aborted = new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      // A refresh under way is about to replace the token that has to be revoked.
      await Promise.race([refreshing?.catch(() => {}), aborted]);
      if (refreshToken === undefined || isSignedOut) return;
      isSignedOut = true;
      expiresAt = 0;
      await Promise.race([options.revoke(refreshToken, signal).catch(() => {}), aborted]);
    },
  };
}
