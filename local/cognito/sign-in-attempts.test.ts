import { expect, test } from "vitest";
import { SignInAttempts } from "./sign-in-attempts.ts";

const start = Date.UTC(2026, 0, 1);

/** Fails once as soon as that is possible, and tells how many seconds the user then has to wait. */
function failAndMeasure(attempts: SignInAttempts, now: number): number {
  expect(attempts.begin(now)).toBe(true);
  attempts.fail(now);
  let seconds = 0;
  while (!attempts.begin(now + seconds * 1000)) seconds += 1;
  return seconds;
}

test("locks out after the fifth failure, twice as long after each one, up to 15 minutes", () => {
  const attempts = new SignInAttempts();
  let now = start;
  const waits = Array.from({ length: 17 }, () => {
    const seconds = failAndMeasure(attempts, now);
    now += seconds * 1000;
    return seconds;
  });
  expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
});

test("does not lengthen a lockout by what is tried during it", () => {
  const attempts = new SignInAttempts();
  for (let failure = 0; failure < 6; failure += 1) attempts.fail(start);
  for (let tick = 0; tick < 100; tick += 1) expect(attempts.begin(start + tick)).toBe(false);
  expect(attempts.begin(start + 2000)).toBe(true);
});

test("forgets the failures after a success", () => {
  const attempts = new SignInAttempts();
  for (let failure = 0; failure < 4; failure += 1) attempts.fail(start);
  attempts.succeed();
  expect(failAndMeasure(attempts, start)).toBe(0);
});

test("forgets the failures after 15 minutes without an attempt, and not a moment before", () => {
  const quarter = 15 * 60 * 1000;
  const patient = new SignInAttempts();
  const restless = new SignInAttempts();
  for (const attempts of [patient, restless]) {
    attempts.begin(start);
    for (let failure = 0; failure < 5; failure += 1) attempts.fail(start);
  }
  expect(failAndMeasure(patient, start + quarter)).toBe(0);
  expect(restless.begin(start + quarter - 1)).toBe(true);
  expect(failAndMeasure(restless, start + quarter)).toBe(2);
});
