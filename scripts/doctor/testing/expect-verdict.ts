import { expect } from "vitest";
import type { Verdict } from "../check.ts";

/** What was found, the verdict on it, what it says, and what mends it; `null` stands for ok. */
export type Case = readonly [
  situation: string,
  verdict: Verdict,
  detail: RegExp,
  fix: RegExp | null,
];

export function expectVerdict(verdict: Verdict, detail: RegExp, fix: RegExp | null): void {
  expect(verdict.detail).toMatch(detail);
  if (fix === null) expect(verdict.status).toBe("ok");
  else expect(verdict).toMatchObject({ status: "failed", fix: expect.stringMatching(fix) });
}
