import { beforeEach, describe, expect, it } from "vitest";
import { demoCaller } from "../testing/tool-caller.ts";
import type { Caller } from "./caller.ts";
import type { Verification } from "./cognito-verifier.ts";
import { type RememberingVerifier, rememberAccepted } from "./remembering-verifier.ts";

let verified: string[];
let answer: (token: string) => Verification | Promise<Verification>;
let clock: { now: number; monotonic: number };

const callerOf = (token: string): Caller => ({
  ...demoCaller,
  subject: token,
  expiresAt: clock.now / 1000 + 60,
});
const accept = (token: string): Verification => ({ outcome: "accepted", caller: callerOf(token) });
const refuse = (): Verification => ({ outcome: "refused", reason: "expired", description: "" });

beforeEach(() => {
  verified = [];
  answer = accept;
  clock = { now: 1_000_000, monotonic: 0 };
});

function remember(bounds: { maximum?: number; longestMilliseconds?: number } = {}) {
  const verifier = {
    issuer: "issuer",
    checks: [],
    verify: async (token: string) => {
      verified.push(token);
      return answer(token);
    },
  };
  return rememberAccepted(verifier, {
    ...bounds,
    now: () => clock.now,
    monotonicNow: () => clock.monotonic,
  });
}

async function verifyAll(verifier: RememberingVerifier, ...tokens: string[]): Promise<void> {
  for (const token of tokens) await verifier.verify(token);
}

describe("a verifier that remembers", () => {
  it("verifies an accepted token once, and answers the same caller after that", async () => {
    const verifier = remember();
    const first = await verifier.verify("a");
    expect(await verifier.verify("a")).toEqual(first);
    expect(first).toMatchObject({ outcome: "accepted", caller: { subject: "a" } });
    expect(verified).toEqual(["a"]);
  });

  it("gives the caller of a token again at once, and nobody for any other", async () => {
    const verifier = remember();
    expect(verifier.recall("a")).toBeNull();
    await verifyAll(verifier, "a");
    expect(verifier.recall("a")).toMatchObject({ subject: "a" });
    expect(verifier.recall("b")).toBeNull();
    clock.now += 60_000;
    expect(verifier.recall("a")).toBeNull();
  });

  it("knows a token by all of its characters", async () => {
    const verifier = remember();
    await verifyAll(verifier, "header.payload.signature");
    answer = refuse;
    for (const other of [
      "header.payload.signaturf",
      "header.payload.",
      " header.payload.signature",
    ])
      expect((await verifier.verify(other)).outcome).toBe("refused");
  });

  it("believes no token past its expiry, also when the clock has jumped", async () => {
    const verifier = remember();
    await verifyAll(verifier, "a");
    clock.now += 59_999;
    await verifyAll(verifier, "a");
    expect(verified).toEqual(["a"]);
    clock.now += 1;
    answer = refuse;
    expect((await verifier.verify("a")).outcome).toBe("refused");
    clock.now -= 50_000;
    expect((await verifier.verify("a")).outcome).toBe("refused");
  });

  it("believes an acceptance no longer than it may, whatever the clock says", async () => {
    const verifier = remember({ longestMilliseconds: 1_000 });
    await verifyAll(verifier, "a");
    clock.monotonic = 999;
    clock.now -= 10_000;
    await verifyAll(verifier, "a");
    expect(verified).toEqual(["a"]);
    clock.monotonic = 1_000;
    await verifyAll(verifier, "a");
    expect(verified).toEqual(["a", "a"]);
  });

  it("remembers no refusal and no outage, so that a flood of them pushes nothing out", async () => {
    const verifier = remember({ maximum: 2 });
    await verifyAll(verifier, "good");
    answer = refuse;
    await verifyAll(verifier, "1", "2", "3", "1");
    answer = () => ({ outcome: "unavailable", retryAfterSeconds: 5 });
    await verifyAll(verifier, "4", "4");
    answer = accept;
    await verifyAll(verifier, "good");
    expect(verified).toEqual(["good", "1", "2", "3", "1", "4", "4"]);
  });

  it("lets go of the token that was used longest ago when it is full", async () => {
    const verifier = remember({ maximum: 2 });
    await verifyAll(verifier, "a", "b", "a", "c", "a", "b");
    expect(verified).toEqual(["a", "b", "c", "b"]);
  });

  it("has one verification for all that come at one time with the same token", async () => {
    const verifier = remember();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => verifier.verify("a")));
    expect(verified).toEqual(["a"]);
    expect(new Set(outcomes).size).toBe(1);
  });

  it("goes on after a verification that threw", async () => {
    const verifier = remember();
    answer = () => {
      throw new Error("defect");
    };
    await expect(verifier.verify("a")).rejects.toThrow("defect");
    answer = accept;
    expect((await verifier.verify("a")).outcome).toBe("accepted");
  });

  it("verifies anew what it was told to forget, and goes on knowing the rest", async () => {
    const verifier = remember();
    await verifyAll(verifier, "a", "b");
    verifier.forget(({ subject }) => subject === "a");
    await verifyAll(verifier, "a", "b");
    expect(verified).toEqual(["a", "b", "a"]);
    verifier.forget();
    await verifyAll(verifier, "b");
    expect(verified.at(-1)).toBe("b");
  });

  it("does not remember an answer that was under way when it was told to forget", async () => {
    const verifier = remember();
    const before = verifier.verify("a");
    verifier.forget();
    const after = verifier.verify("a");
    await Promise.all([before, after]);
    expect(verified).toEqual(["a", "a"]);
    verifier.forget();
    const late = verifier.verify("b");
    verifier.forget();
    await late;
    await verifyAll(verifier, "b");
    expect(verified.slice(2)).toEqual(["b", "b"]);
  });
});
