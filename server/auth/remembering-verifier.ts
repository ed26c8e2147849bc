import { hash } from "node:crypto";
import { type Caller, millisecondsToExpiry } from "./caller.ts";
import type { TokenVerifier, Verification } from "./cognito-verifier.ts";

/** A verifier that knows again the tokens that it accepted. */
export interface RememberingVerifier extends TokenVerifier {
  recall(token: string): Caller | null;
  /**
   * Drops what is remembered, so that the next request with such a token is verified anew.
   *
   * @param fits whose tokens to drop; everybody's by default
   */
  forget(fits?: (caller: Caller) => boolean): void;
}

interface MemoryBounds {
  /** How many tokens are remembered; the one that was used longest ago goes first. */
  readonly maximum?: number;
  /** How long an acceptance is believed at most; until the token expires by default. */
  readonly longestMilliseconds?: number;
  /** Milliseconds since the epoch, for the expiry of tokens. */
  readonly now?: () => number;
  /** Milliseconds that no change of the clock moves, for the age of what is remembered. */
  readonly monotonicNow?: () => number;
}

interface Remembered {
  readonly verification: Verification & { readonly outcome: "accepted" };
  readonly since: number;
}

/** Some 5 MB when it is full. */
const defaultMaximum = 10_000;

/**
 * Remembers what a verifier accepted. Each request still needs the whole token: it is looked up by its
 * SHA-256 digest, and the token itself is kept nowhere. An expired token is not looked up at all.
 *
 * A refusal is never remembered, so that a flood of bad tokens cannot push a good one out. Requests
 * that come with the same unknown token at one time share one verification.
 *
 * @param verifier decides about tokens that are not remembered
 */
export function rememberAccepted(
  verifier: TokenVerifier,
  bounds: MemoryBounds = {},
): RememberingVerifier {
  const { maximum = defaultMaximum, longestMilliseconds = Number.POSITIVE_INFINITY } = bounds;
  const { now = () => Date.now(), monotonicNow = () => performance.now() } = bounds;
  // In the order of use: a Map keeps that of insertion.
  const remembered = new Map<string, Remembered>();
  const underWay = new Map<string, Promise<Verification>>();
  let timesForgotten = 0;

  function recall(digest: string): Remembered | undefined {
    const known = remembered.get(digest);
    if (known === undefined) return undefined;
    const isOver =
      monotonicNow() - known.since >= longestMilliseconds ||
      millisecondsToExpiry(known.verification.caller, now()) === 0;
    // As long as nothing has to go, the order of use need not be kept.
    if (isOver || remembered.size > maximum / 2) remembered.delete(digest);
    if (isOver) return undefined;
    remembered.set(digest, known);
    return known;
  }

  async function verifyAndRemember(token: string, digest: string): Promise<Verification> {
    const since = monotonicNow();
    const before = timesForgotten;
    const verification = await verifier.verify(token);
    // What was under way when something was forgotten may be an answer from before that.
    if (verification.outcome === "accepted" && before === timesForgotten) {
      remembered.set(digest, { verification, since });
      if (remembered.size > maximum) remembered.delete(remembered.keys().next().value ?? "");
    }
    return verification;
  }

  return {
    issuer: verifier.issuer,
    checks: verifier.checks,
    recall: (token) => recall(digestOf(token))?.verification.caller ?? null,
    async verify(token) {
      const digest = digestOf(token);
      const known = recall(digest) ?? underWay.get(digest);
      if (known !== undefined) return "verification" in known ? known.verification : known;
      const verifying = verifyAndRemember(token, digest).finally(() => {
        if (underWay.get(digest) === verifying) underWay.delete(digest);
      });
      underWay.set(digest, verifying);
      return verifying;
    },
    forget(fits = () => true) {
      timesForgotten += 1;
      underWay.clear();
      for (const [digest, { verification }] of remembered) {
        if (fits(verification.caller)) remembered.delete(digest);
      }
    },
  };
}

function digestOf(token: string): string {
  return hash("sha256", token, "binary");
}
