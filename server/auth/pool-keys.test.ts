import { KidNotFoundInJwksError, WaitPeriodNotYetEndedJwkError } from "aws-jwt-verify/error";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startUserPool, type TestUserPool } from "../testing/user-pool.ts";
import { createCognitoVerifier, type TokenVerifier } from "./cognito-verifier.ts";
import { KeyLookups, PoolKeys } from "./pool-keys.ts";

describe("KeyLookups", () => {
  const uri = "https://issuer.example/jwks.json";
  let now = 0;
  let lookups: KeyLookups;
  beforeEach(() => {
    now = 1_000_000;
    lookups = new KeyLookups(() => now);
  });

  it("lets the first look-up through", async () => {
    await expect(lookups.wait(uri, "a")).resolves.toBeUndefined();
  });

  it("answers for ten seconds that a key that was not found is unknown", async () => {
    lookups.registerFailedAttempt(uri, "a");
    now += 9_999;
    await expect(lookups.wait(uri, "a")).rejects.toThrow(KidNotFoundInJwksError);
    now += 1;
    await expect(lookups.wait(uri, "a")).resolves.toBeUndefined();
  });

  it("cannot tell about another key in that time", async () => {
    lookups.registerFailedAttempt(uri, "a");
    await expect(lookups.wait(uri, "b")).rejects.toThrow(WaitPeriodNotYetEndedJwkError);
  });

  it("fetches once a second at most while the source is out of reach", async () => {
    lookups.registerFetch(uri, "failed");
    now += 999;
    await expect(lookups.wait(uri, "a")).rejects.toThrow(WaitPeriodNotYetEndedJwkError);
    now += 1;
    await expect(lookups.wait(uri, "a")).resolves.toBeUndefined();
  });

  it("lets look-ups through again once a key was found", async () => {
    lookups.registerFailedAttempt(uri, "a");
    lookups.registerSuccessfulAttempt(uri);
    await expect(lookups.wait(uri, "b")).resolves.toBeUndefined();
  });

  it("keeps the sources apart", async () => {
    lookups.registerFailedAttempt(uri, "a");
    await expect(lookups.wait("https://other.example", "b")).resolves.toBeUndefined();
  });
});

describe("PoolKeys", () => {
  let pool: TestUserPool;
  let keys: PoolKeys;
  let verifier: TokenVerifier;

  beforeEach(async () => {
    pool = await startUserPool();
    const config = {
      poolId: pool.poolId,
      clientIds: [pool.clientId],
      machineClientId: null,
      standInUrl: pool.url,
    };
    keys = new PoolKeys(config, { standInMilliseconds: 1_000, firstRetryMilliseconds: 20 });
    verifier = createCognitoVerifier(config, keys, []);
  });
  afterEach(async () => {
    keys.close();
    await pool.close();
  });

  async function until(state: PoolKeys["state"]): Promise<void> {
    while (keys.state !== state) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  it("accepts a token that is signed with a key published after the start", async () => {
    keys.load();
    await until("loaded");
    await pool.rotateKey();
    expect(await verifier.verify(await pool.token())).toMatchObject({ outcome: "accepted" });
  });

  it("says when the keys are others than before, and only then", async () => {
    let changes = 0;
    keys.onChange = () => {
      changes += 1;
    };
    keys.load();
    await until("loaded");
    expect(changes).toBe(1);
    await verifier.verify(await pool.token({}, { kid: "unknown" }));
    expect(pool.fetches).toBe(2);
    expect(changes).toBe(1);
    await pool.rotateKey();
    await keys.getJwks(`${pool.issuer}/.well-known/jwks.json`);
    expect(changes).toBe(2);
  });

  it("has the keys fetched once for a flood of tokens with unknown keys", async () => {
    keys.load();
    await until("loaded");
    const flood = await Promise.all(
      Array.from({ length: 50 }, (_, index) => pool.token({}, { kid: `unknown-${index}` })),
    );
    for (const token of flood) {
      expect((await verifier.verify(token)).outcome).not.toBe("accepted");
    }
    expect(pool.fetches).toBe(2);
  });

  it("goes on accepting known keys during an outage, and cannot tell about unknown ones", async () => {
    keys.load();
    await until("loaded");
    const known = await pool.token();
    await pool.rotateKey();
    const unknown = await pool.token();
    pool.mode = "failing";
    expect(await verifier.verify(unknown)).toMatchObject({ outcome: "unavailable" });
    expect(keys.state).toBe("out-of-reach");
    expect(await verifier.verify(known)).toMatchObject({ outcome: "accepted" });
  });

  it("recovers by itself when the source answers again", async () => {
    pool.mode = "failing";
    keys.load();
    const token = await pool.token();
    expect(await verifier.verify(token)).toMatchObject({ outcome: "unavailable" });
    expect(keys.state).toBe("never-loaded");
    pool.mode = "up";
    await until("loaded");
    expect(await verifier.verify(token)).toMatchObject({ outcome: "accepted" });
  });

  it("takes a source that does not answer for an outage after a while", async () => {
    pool.mode = "hanging";
    const startedAt = performance.now();
    expect(await verifier.verify(await pool.token())).toMatchObject({ outcome: "unavailable" });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
