import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCallPatience } from "./call-patience.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the patience with a call", () => {
  it("is over when nothing has come for so long", () => {
    const patience = createCallPatience(60_000);
    vi.advanceTimersByTime(59_999);
    expect(patience.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(String(patience.signal.reason)).toMatch(/Request timed out$/);
  });

  it("begins anew with each sign of life, and ends with the answer", () => {
    const patience = createCallPatience(60_000);
    vi.advanceTimersByTime(50_000);
    patience.restart();
    vi.advanceTimersByTime(50_000);
    patience.rest();
    patience.stop();
    patience.goOn();
    vi.advanceTimersByTime(100_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(patience.signal.aborted).toBe(false);
  });

  it("does not pass while the user is asked, twice at a time even, and goes on after that", () => {
    const patience = createCallPatience(60_000);
    patience.rest();
    patience.rest();
    vi.advanceTimersByTime(200_000);
    patience.goOn();
    patience.restart();
    vi.advanceTimersByTime(200_000);
    expect(patience.signal.aborted).toBe(false);
    patience.goOn();
    vi.advanceTimersByTime(60_000);
    expect(patience.signal.aborted).toBe(true);
  });
});
