import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CallClock } from "./call-clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const start = () => new CallClock({ call: 1_000, all: 3_000, rest: 5_000 });
/** How long it still takes until the time is over. */
const left = (clock: CallClock) => {
  let passed = 0;
  while (!clock.signal.aborted && passed < 60_000) {
    vi.advanceTimersByTime(100);
    passed += 100;
  }
  return passed;
};

describe("the clock of a call", () => {
  it("ends the call after its time, as a request that timed out", () => {
    const clock = start();
    expect(left(clock)).toBe(1_000);
    expect(clock.signal.reason).toMatchObject({ code: -32001 });
  });

  it("starts anew with progress, but not for ever", () => {
    const clock = start();
    for (let at = 0; at < 3; at += 1) {
      vi.advanceTimersByTime(800);
      clock.restart();
    }
    expect(left(clock)).toBe(600);
  });

  it("rests while a question is open, and goes on with what was left", () => {
    const clock = start();
    vi.advanceTimersByTime(400);
    const [endOne, endOther] = [clock.rest(), clock.rest()];
    vi.advanceTimersByTime(2_000);
    endOne();
    vi.advanceTimersByTime(2_000);
    expect(clock.signal.aborted).toBe(false);
    endOther();
    expect(left(clock)).toBe(600);
  });

  it("does not rest for longer than it may, however often something is asked", () => {
    const clock = start();
    for (let question = 0; question < 4; question += 1) {
      const end = clock.rest();
      vi.advanceTimersByTime(1_200);
      end();
    }
    clock.rest();
    expect(left(clock)).toBe(1_200);
  });

  it("ends nothing once it was stopped", () => {
    const clock = start();
    const end = clock.rest();
    clock.stop();
    end();
    clock.restart();
    expect(left(clock)).toBe(60_000);
  });
});
