import { describe, expect, it } from "vitest";
import { countOutcome, emptyCounts, formatRecap, hasFailure, type Outcome } from "./recap.ts";

const count = (...outcomes: Outcome[]) => outcomes.reduce(countOutcome, emptyCounts);

describe("the recap", () => {
  it("counts a changed task as ok, too, as Ansible does", () => {
    expect(count("ok", "changed", "skipped")).toMatchObject({ ok: 2, changed: 1, skipped: 1 });
  });

  it("aligns its hosts in one line each", () => {
    const lines = formatRecap({
      "i-1": count("ok", "changed"),
      "i-0abcdef": count("ok", "unreachable"),
    });
    expect(lines).toEqual([
      "i-1       : ok=2    changed=1    unreachable=0    failed=0    skipped=0",
      "i-0abcdef : ok=1    changed=0    unreachable=1    failed=0    skipped=0",
    ]);
  });

  it.each<[Outcome, boolean]>([
    ["ok", false],
    ["changed", false],
    ["skipped", false],
    ["failed", true],
    ["unreachable", true],
  ])("with a task that is %s says failed: %s", (outcome, expected) => {
    expect(hasFailure({ a: count("ok"), b: count(outcome) })).toBe(expected);
  });
});
