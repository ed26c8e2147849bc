import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@cleanauth/common/app-error.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IssuedTokens } from "./cognito-answer.ts";
import { signInExpired } from "./cognito-error.ts";
import { openTokenFile, type TokenKeeper } from "./token-file.ts";
import { createTokenSource } from "./token-source.ts";

const minute = 60_000;

describe("createTokenSource", () => {
  it("says who signed in and until when the token holds", () => {
    const { tokens } = setUp();
    expect(tokens.identity).toEqual({
      issuer: "https://issuer.example",
      subject: "sub-1",
      username: "demo",
      groups: ["user"],
    });
    expect(tokens.expiresAtMilliseconds()).toBe(60 * minute);
  });

  it("hands out the token that it has while it holds for a minute", async () => {
    const { tokens, clock, calls } = setUp();
    clock.now = 59 * minute;
    expect(await tokens.accessToken()).toBe(tokenNumber(1));
    expect(calls).toEqual([]);
  });

  it("refreshes a token that ends within a minute, and takes the next refresh token", async () => {
    const { tokens, clock, calls } = setUp();
    clock.now = 59 * minute + 1;
    expect(await tokens.accessToken()).toBe(tokenNumber(2));
    expect(tokens.expiresAtMilliseconds()).toBe(clock.now + 60 * minute);
    clock.now += 60 * minute;
    expect(await tokens.accessToken()).toBe(tokenNumber(3));
    expect(calls).toEqual(["refresh r1", "refresh r2"]);
  });

  it("keeps the refresh token of a pool that does not rotate it", async () => {
    const { tokens, clock, calls } = setUp({ rotates: false });
    clock.now = 60 * minute;
    await tokens.accessToken();
    clock.now = 120 * minute;
    await tokens.accessToken();
    expect(calls).toEqual(["refresh r1", "refresh r1"]);
  });

  it("refreshes once for all who wait", async () => {
    const { tokens, clock, calls } = setUp();
    clock.now = 60 * minute;
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.accessToken()));
    expect(new Set(all)).toEqual(new Set([tokenNumber(2)]));
    expect(calls).toEqual(["refresh r1"]);
  });

  it("refreshes when the server has refused the token that is held, once for all of them", async () => {
    const { tokens, calls } = setUp();
    const refused = await tokens.accessToken();
    const next = await Promise.all([
      tokens.accessToken({ refuse: refused }),
      tokens.accessToken({ refuse: refused }),
      tokens.accessToken(),
    ]);
    expect(next).toEqual([tokenNumber(2), tokenNumber(2), tokenNumber(2)]);
    expect(await tokens.accessToken({ refuse: refused })).toBe(tokenNumber(2));
    expect(calls).toEqual(["refresh r1"]);
  });

  it("goes by its own clock: one that is wrong does not refresh all the time", async () => {
    const { tokens, calls } = setUp({ startAt: 10 * 365 * 24 * 60 * minute });
    await tokens.accessToken();
    expect(calls).toEqual([]);
  });

  it("takes the lifetime from the token where Cognito does not tell it", () => {
    const { tokens } = setUp({ expiresInSeconds: undefined });
    expect(tokens.expiresAtMilliseconds()).toBe(5 * minute);
  });

  it("passes on why a refresh failed, to everyone who waited, and tries again after it", async () => {
    const { tokens, clock, fail } = setUp();
    clock.now = 60 * minute;
    fail(new AppError("sign_in_unreachable", "x", "y"));
    const outcomes = await Promise.allSettled([tokens.accessToken(), tokens.accessToken()]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(["rejected", "rejected"]);
    expect(await tokens.accessToken()).toBe(tokenNumber(2));
  });

  it("refuses a token of somebody else", async () => {
    const { tokens, clock } = setUp({ nextSubject: "sub-2" });
    clock.now = 60 * minute;
    await expect(tokens.accessToken()).rejects.toMatchObject({ code: "sign_in_unexpected_answer" });
  });

  it("says that the sign-in has expired when there is nothing to refresh with", async () => {
    const { tokens, clock } = setUp({ firstRefreshToken: undefined });
    clock.now = 60 * minute;
    await expect(tokens.accessToken()).rejects.toMatchObject({ code: "sign_in_expired" });
  });

  it.each(["", "a.b.c", "a", `a.${Buffer.from("{}").toString("base64url")}.c`])(
    "refuses %j, which is no access token",
    (accessToken) => {
      const act = () =>
        createTokenSource({
          issued: { accessToken },
          refresh: () => Promise.reject(),
          revoke: () => Promise.reject(),
        });
      expect(act).toThrow(AppError);
    },
  );
});

describe("accessTokenFor", () => {
  it("keeps the wider token though a refresh under way ends after it, and revokes the one it replaces", async () => {
    const { tokens, clock, calls, grant } = setUp();
    const wider = tokens.accessTokenFor("admin");
    clock.now = 60 * minute;
    const refreshed = tokens.accessToken();
    grant({ accessToken: tokenNumber(9), refreshToken: "r9", expiresInSeconds: 3600 });
    await refreshed;
    expect(await wider).toBe(tokenNumber(9));
    expect(await tokens.accessToken()).toBe(tokenNumber(9));
    expect(calls).toEqual(["refresh r1", "revoke r2"]);
  });

  it("revokes at once what is granted only after the user has signed out", async () => {
    const { tokens, calls, kept, grant } = setUp({ keeps: true });
    const wider = tokens.accessTokenFor("admin");
    await tokens.signOut();
    grant({ accessToken: tokenNumber(9), refreshToken: "r9", expiresInSeconds: 3600 });
    expect(await wider).toBeNull();
    expect(kept.token).toBeNull();
    expect(calls).toEqual(["revoke r1", "revoke r9"]);
  });
});

describe("signOut", () => {
  it("revokes the refresh token, once, and hands out no token afterwards", async () => {
    const { tokens, calls } = setUp();
    await tokens.signOut();
    await tokens.signOut();
    expect(calls).toEqual(["revoke r1"]);
    await expect(tokens.accessToken()).rejects.toMatchObject({ code: "sign_in_expired" });
  });

  it("waits for a refresh that is under way and revokes what it brought", async () => {
    const { tokens, clock, calls } = setUp();
    clock.now = 60 * minute;
    const refreshed = tokens.accessToken();
    await tokens.signOut();
    await refreshed;
    expect(calls).toEqual(["refresh r1", "revoke r2"]);
  });

  it("tells whether the token is revoked, and does not fail when Cognito does", async () => {
    expect(await setUp().tokens.signOut()).toBe(true);
    expect(await setUp({ revokeFails: true }).tokens.signOut()).toBe(false);
  });
});

describe("a sign-in that two processes go by", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cleanauth-two-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is renewed by one after the other, where the pool takes each refresh token once", async () => {
    const pool = { good: "r1", count: 1 };
    const clock = { now: 0 };
    const refresh = async (given: string): Promise<IssuedTokens> => {
      // Long enough for the other one to come in between, if it could.
      await delay(20);
      if (given !== pool.good) throw signInExpired();
      pool.count += 1;
      pool.good = `r${pool.count}`;
      return {
        accessToken: tokenNumber(pool.count),
        refreshToken: pool.good,
        expiresInSeconds: 3600,
      };
    };
    const issued = { accessToken: tokenNumber(1), refreshToken: "r1", expiresInSeconds: 3600 };
    const processes = Array.from({ length: 4 }, () =>
      createTokenSource({
        issued,
        refresh,
        revoke: async () => {},
        keeper: openTokenFile(folder, ["issuer", "client"]),
        now: () => clock.now,
      }),
    );
    clock.now = 60 * minute;
    const renewed = await Promise.all(processes.map((tokens) => tokens.accessToken()));
    expect(new Set(renewed).size).toBe(4);
    expect(pool.count).toBe(5);
    expect(openTokenFile(folder, ["issuer", "client"]).read()?.refreshToken).toBe("r5");
  });
});

describe("a sign-in that is kept", () => {
  it("keeps the first refresh token and each that follows, and forgets them at the end", async () => {
    const { tokens, clock, kept } = setUp({ keeps: true });
    expect(tokens.isKept).toBe(true);
    expect(kept.saved).toEqual(["r1"]);
    clock.now = 60 * minute;
    await tokens.accessToken();
    expect(kept.saved).toEqual(["r1", "r2"]);
    await tokens.signOut();
    expect(kept.token).toBeNull();
  });

  it("goes by the refresh token that another process has renewed", async () => {
    const { tokens, clock, calls, kept } = setUp({ keeps: true });
    kept.token = "renewed";
    clock.now = 60 * minute;
    await tokens.accessToken();
    expect(calls).toEqual(["refresh renewed"]);
  });

  it("tries again when another process was quicker, and forgets a token that is over", async () => {
    const { tokens, clock, calls, kept, fail } = setUp({ keeps: true });
    clock.now = 60 * minute;
    fail(signInExpired(), () => {
      kept.token = "quicker";
    });
    expect(await tokens.accessToken()).toBe(tokenNumber(2));
    expect(calls).toEqual(["refresh quicker"]);
    clock.now += 60 * minute;
    fail(signInExpired());
    await expect(tokens.accessToken()).rejects.toMatchObject({ code: "sign_in_expired" });
    expect(kept.token).toBeNull();
  });
});

function setUp(
  options: {
    rotates?: boolean;
    startAt?: number;
    expiresInSeconds?: number | undefined;
    nextSubject?: string;
    firstRefreshToken?: string | undefined;
    revokeFails?: boolean;
    keeps?: boolean;
  } = {},
) {
  const { rotates = true, startAt = 0, nextSubject = "sub-1" } = options;
  const clock = { now: startAt };
  const calls: string[] = [];
  let issuedSoFar = 1;
  let failure: Error | undefined;
  let onFailure = () => {};
  const kept = { token: null as string | null, saved: [] as string[] };
  const keeper: TokenKeeper = {
    current: () => kept.token,
    save(_identity, refreshToken) {
      kept.token = refreshToken;
      kept.saved.push(refreshToken);
    },
    forget() {
      kept.token = null;
    },
    exclusively: (act) => act(),
  };
  const lifetime = "expiresInSeconds" in options ? undefined : { expiresInSeconds: 3600 };
  const first = "firstRefreshToken" in options ? {} : { refreshToken: "r1" };
  let grant: (issued: IssuedTokens) => void = () => {};
  const granted = new Promise<IssuedTokens>((resolve) => {
    grant = resolve;
  });
  const tokens = createTokenSource({
    issued: { accessToken: tokenNumber(1), ...first, ...lifetime },
    widen: () => granted,
    keeper: options.keeps ? keeper : undefined,
    now: () => clock.now,
    async refresh(refreshToken): Promise<IssuedTokens> {
      await Promise.resolve();
      const failed = failure;
      failure = undefined;
      if (failed !== undefined) {
        onFailure();
        throw failed;
      }
      calls.push(`refresh ${refreshToken}`);
      issuedSoFar += 1;
      const next = rotates ? { refreshToken: `r${issuedSoFar}` } : {};
      return {
        accessToken: tokenNumber(issuedSoFar, nextSubject),
        expiresInSeconds: 3600,
        ...next,
      };
    },
    async revoke(refreshToken) {
      calls.push(`revoke ${refreshToken}`);
      if (options.revokeFails) throw new Error("down");
    },
  });
  return {
    tokens,
    grant,
    clock,
    calls,
    kept,
    fail: (error: Error, meanwhile = () => {}) => {
      failure = error;
      onFailure = meanwhile;
    },
  };
}

function tokenNumber(number: number, subject = "sub-1"): string {
  const claims = {
    sub: subject,
    username: "demo",
    iss: "https://issuer.example",
    "cognito:groups": ["user"],
    iat: 1000,
    exp: 1300,
    jti: number,
  };
  return `e.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
}
