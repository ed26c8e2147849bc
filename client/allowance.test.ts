import { expect, it } from "vitest";
import { createAllowance } from "./allowance.ts";

it("gives a burst, then what comes back with time, and never more than the burst", () => {
  let now = 0;
  const allowance = createAllowance(10, 2, () => now);
  expect(allowance.take(10)).toBe(true);
  expect(allowance.take(1)).toBe(false);
  now = 1_000;
  expect(allowance.take(3)).toBe(false);
  expect(allowance.take(2)).toBe(true);
  expect(allowance.take(1)).toBe(false);
  now = 1_000_000;
  expect(allowance.take(10)).toBe(true);
  expect(allowance.take(0.1)).toBe(false);
});
