import { issuerOfPool } from "@cleanauth/common/cognito-settings.ts";
import {
  FetchError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError,
} from "aws-jwt-verify/error";
import { type Fetcher, SimpleFetcher } from "aws-jwt-verify/https";
import { type Jwks, type PenaltyBox, SimpleJwksCache } from "aws-jwt-verify/jwk";
import type { CognitoConfig } from "../config.ts";

/** How it stands with the pool's public keys. */
export type PoolKeysState = "never-loaded" | "loaded" | "out-of-reach";

const longestRetryMilliseconds = 30_000;

/** How long to wait for what; each has a default. */
interface Waits {
  /** For a stand-in's answer. */
  readonly standInMilliseconds?: number;
  /** Before a failed fetch is tried again; doubled each time. */
  readonly firstRetryMilliseconds?: number;
}

/**
 * The public keys of a user pool: fetched in the background when the server starts, and again when a
 * token names a key that is not among them.
 *
 * Keys that are known go on being used while their source is out of reach, so an outage of it does
 * not lock out callers whose tokens can be verified.
 */
export class PoolKeys extends SimpleJwksCache {
  #state: PoolKeysState = "never-loaded";
  #retry: NodeJS.Timeout | undefined;
  #retryMilliseconds: number;
  readonly #firstRetryMilliseconds: number;
  #isClosed = false;
  readonly #keysUrl: string;
  readonly #lookups: KeyLookups;
  #known = "";

  /** Called when other keys than before were fetched: what old keys were believed for may be void. */
  onChange: () => void = () => {};

  constructor(config: CognitoConfig, waits: Waits = {}) {
    const { standInMilliseconds = 2_000, firstRetryMilliseconds = 1_000 } = waits;
    const lookups = new KeyLookups(Date.now);
    const { standInUrl, poolId } = config;
    super({
      penaltyBox: lookups,
      fetcher:
        standInUrl === null
          ? new SimpleFetcher()
          : standInFetcher(`${standInUrl}/${poolId}/.well-known/jwks.json`, standInMilliseconds),
    });
    this.#lookups = lookups;
    this.#firstRetryMilliseconds = firstRetryMilliseconds;
    this.#retryMilliseconds = firstRetryMilliseconds;
    this.#keysUrl = `${issuerOfPool(poolId)}/.well-known/jwks.json`;
  }

  get state(): PoolKeysState {
    return this.#state;
  }

  /** Begins to fetch the keys and returns at once; tries until it has them or {@link close} is called. */
  load(): void {
    this.getJwks(this.#keysUrl).catch(() => {});
  }

  /** Stops trying. Keys that are known stay known. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
  }

  override async getJwks(jwksUri: string): Promise<Jwks> {
    try {
      const jwks = await super.getJwks(jwksUri);
      this.#lookups.registerFetch(jwksUri, "done");
      if (jwksUri === this.#keysUrl) this.#hasLoaded(jwks);
      return jwks;
    } catch (error) {
      this.#lookups.registerFetch(jwksUri, "failed");
      if (jwksUri === this.#keysUrl) this.#hasFailed();
      throw error;
    }
  }

  #hasLoaded(jwks: Jwks): void {
    this.#state = "loaded";
    const fetched = JSON.stringify(jwks.keys);
    if (fetched !== this.#known) this.onChange();
    this.#known = fetched;
    this.#retryMilliseconds = this.#firstRetryMilliseconds;
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #hasFailed(): void {
    if (this.#state === "loaded") this.#state = "out-of-reach";
    if (this.#isClosed || this.#retry !== undefined) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.load();
    }, this.#retryMilliseconds).unref();
    this.#retryMilliseconds = Math.min(this.#retryMilliseconds * 2, longestRetryMilliseconds);
  }
}

/**
 * Fetches the keys of a local stand-in, whatever URL the verifier asks for. The default fetcher
 * speaks https alone, and the URL that a pool's keys have is always Amazon's.
 */
function standInFetcher(url: string, timeoutMilliseconds: number): Fetcher {
  return {
    async fetch() {
      try {
        const response = await fetch(url, {
          redirect: "error",
          signal: AbortSignal.timeout(timeoutMilliseconds),
        });
        if (!response.ok) throw new Error(`status ${response.status}`);
        return await response.arrayBuffer();
      } catch (error) {
        throw new FetchError(url, error instanceof Error ? error.message : String(error));
      }
    },
  };
}

const pauseAfterMissMilliseconds = 10_000;
const pauseAfterFailureMilliseconds = 1_000;

interface LookupState {
  /** Key ids that the last fetches did not find. */
  readonly missing: Set<string>;
  noFetchBefore: number;
}

/**
 * Bounds how often tokens with unknown key ids, which anybody can make, have the keys fetched again:
 * once in ten seconds, and once a second while the source is out of reach.
 *
 * In between, an id that has just been looked for and not found stays unknown (a bad token); any
 * other is "cannot tell yet", which is no fault of the caller.
 */
export class KeyLookups implements PenaltyBox {
  readonly #byUri = new Map<string, LookupState>();
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  async wait(jwksUri: string, kid: string): Promise<void> {
    const state = this.#stateOf(jwksUri);
    if (this.#now() >= state.noFetchBefore) return state.missing.clear();
    if (state.missing.has(kid)) throw new KidNotFoundInJwksError("Looked for a moment ago");
    throw new WaitPeriodNotYetEndedJwkError("The keys were asked for a moment ago");
  }

  registerFailedAttempt(jwksUri: string, kid: string): void {
    const state = this.#stateOf(jwksUri);
    state.missing.add(kid);
    state.noFetchBefore = this.#now() + pauseAfterMissMilliseconds;
  }

  registerSuccessfulAttempt(jwksUri: string): void {
    this.#byUri.delete(jwksUri);
  }

  /** Notes how a fetch ended, whoever asked for it. */
  registerFetch(jwksUri: string, outcome: "done" | "failed"): void {
    const state = this.#stateOf(jwksUri);
    state.noFetchBefore =
      outcome === "failed" ? this.#now() + pauseAfterFailureMilliseconds : this.#now();
  }

  #stateOf(jwksUri: string): LookupState {
    const known = this.#byUri.get(jwksUri);
    if (known !== undefined) return known;
    const fresh = { missing: new Set<string>(), noFetchBefore: 0 };
    this.#byUri.set(jwksUri, fresh);
    return fresh;
  }
}
