import { AppError } from "@cleanauth/common/app-error.ts";
import { identifyToken } from "./access-token.ts";
import type { IssuedTokens } from "./cognito-answer.ts";
import { unexpectedAnswer } from "./cognito-answer.ts";
import { signInExpired } from "./cognito-error.ts";
import type { TellUser, TokenSource } from "./sign-in.ts";
import type { TokenKeeper } from "./token-file.ts";

/** A token that ends sooner than this is refreshed before it is handed out. */
const marginMilliseconds = 60_000;

/** How long leaving waits for Cognito. */
const signOutMilliseconds = 3_000;

/**
 * Keeps the tokens of a signed-in user fresh. They live in this closure; the refresh token is written
 * down where there is somebody to keep it.
 *
 * @param options.issued the tokens that the sign-in ended with
 * @param options.issuer who issued them, where their own word for it is not to be relied on: a token may
 *   be one that only its server can read
 * @param options.refresh exchanges a refresh token; throws AppError. Absent, as is the next one, where there
 *   are no refresh tokens
 * @param options.revoke revokes a refresh token
 * @param options.renew gets an access token by other means than a refresh token
 * @param options.widen gets tokens for more scope, until the signal says that nobody waits any more; null
 *   where there are none to be had
 * @param options.keeper keeps the refresh token for the next start of the program
 * @param options.now the time in milliseconds since the epoch
 */
export function createTokenSource(options: {
  issued: IssuedTokens;
  issuer?: string;
  refresh?: (refreshToken: string) => Promise<IssuedTokens>;
  revoke?: (refreshToken: string, signal: AbortSignal) => Promise<void>;
  renew?: () => Promise<IssuedTokens>;
  widen?: (scope: string, signal: AbortSignal, tellUser?: TellUser) => Promise<IssuedTokens | null>;
  keeper?: TokenKeeper | undefined;
  now?: () => number;
}): TokenSource {
  const { keeper } = options;
  const now = options.now ?? Date.now;
  const { identity } = identifyToken(options.issued.accessToken, options.issuer);
  let widening: Promise<string | null> | undefined;
  let accessToken = "";
  let refreshToken: string | undefined;
  let expiresAt = 0;
  let refreshing: Promise<void> | undefined;
  let isSignedOut = false;
  const leaving = new AbortController();
  hold(options.issued);

  function hold(issued: IssuedTokens): void {
    const read = identifyToken(issued.accessToken, options.issuer);
    if (read.identity.subject !== identity.subject) throw unexpectedAnswer();
    // Counted from when it arrived, so that a clock that is wrong here does no harm.
    expiresAt = now() + (issued.expiresInSeconds ?? read.lifetimeSeconds) * 1000;
    accessToken = issued.accessToken;
    // With rotation every refresh brings the next refresh token, and the old one ends.
    const next = issued.refreshToken ?? refreshToken;
    if (next !== undefined && next !== refreshToken) keeper?.save(identity, next);
    refreshToken = next;
  }

  async function refresh(): Promise<void> {
    if (isSignedOut) throw signInExpired();
    if (options.renew !== undefined) return hold(await options.renew());
    const exchange = options.refresh;
    if (refreshToken === undefined || exchange === undefined) throw signInExpired();
    await (keeper === undefined
      ? exchangeWhatIsKept(exchange, refreshToken)
      : keeper.exclusively(() => exchangeWhatIsKept(exchange, refreshToken ?? "")));
  }

  /** Another process that goes by the same sign-in may have renewed it, before or just now. */
  async function exchangeWhatIsKept(
    exchange: (refreshToken: string) => Promise<IssuedTokens>,
    own: string,
  ): Promise<void> {
    const renewed = () => keeper?.current(identity.subject) ?? own;
    const used = renewed();
    try {
      hold(await exchange(used));
    } catch (error) {
      const isOver = error instanceof AppError && error.code === "sign_in_expired";
      if (!isOver || keeper === undefined) throw error;
      const other = renewed();
      if (other === used) {
        keeper.forget();
        throw error;
      }
      hold(await exchange(other));
    }
  }

  async function widen(scope: string, tellUser?: TellUser): Promise<string | null> {
    if (isSignedOut) return null;
    const issued = (await options.widen?.(scope, leaving.signal, tellUser)) ?? null;
    if (issued === null) return null;
    // What a refresh under way brings is for less scope.
    while (refreshing !== undefined) await refreshing.catch(() => {});
    const isLate = isSignedOut;
    const replaced = isLate ? issued.refreshToken : refreshToken;
    if (!isLate) hold(issued);
    // Of what is not held any more nothing stays good. It is no failure of this call if that fails.
    if (replaced !== undefined && (isLate || replaced !== refreshToken)) {
      const signal = AbortSignal.timeout(signOutMilliseconds);
      await options.revoke?.(replaced, signal).catch(() => {});
    }
    return isLate ? null : accessToken;
  }

  return {
    identity,
    isKept: keeper !== undefined,
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

    accessTokenFor(scope, tellUser) {
      widening ??= widen(scope, tellUser).finally(() => {
        widening = undefined;
      });
      return widening;
    },

    async signOut() {
      const signal = AbortSignal.timeout(signOutMilliseconds);
      const aborted = new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      // A refresh under way is about to replace the token that has to be revoked.
      await Promise.race([refreshing?.catch(() => {}), aborted]);
      if (isSignedOut) return true;
      isSignedOut = true;
      leaving.abort();
      expiresAt = 0;
      if (refreshToken === undefined || options.revoke === undefined) return false;
      const used = keeper?.current(identity.subject) ?? refreshToken;
      keeper?.forget();
      const revoked = options.revoke(used, signal).then(
        () => true,
        () => false,
      );
      return Promise.race([revoked, aborted.then(() => false)]);
    },
  };
}
