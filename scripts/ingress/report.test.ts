import { AppError } from "@cleanauth/common/app-error.ts";
import { describe, expect, it } from "vitest";
import type { StepDone } from "./apply.ts";
import { parseCidr } from "./cidr.ts";
import type { IngressRule } from "./ingress-rule.ts";
import type { OpeningStep } from "./opening-plan.ts";
import {
  formatOpeningPlan,
  formatOpeningResult,
  formatRemoval,
  formatRemovalPlan,
  formatRules,
} from "./report.ts";

const now = new Date("2026-11-23T13:00:00Z");
const wanted = {
  cidr: parseCidr("203.0.113.7"),
  ports: [8080],
  by: "user/kim",
  until: new Date("2026-11-23T15:00:00Z"),
};

function rule(id: string, over: Partial<IngressRule> = {}): IngressRule {
  return {
    id,
    protocol: "tcp",
    ports: "8080",
    source: "203.0.113.7/32",
    description: "",
    opening: { by: "user/lee", until: new Date("2026-11-23T14:00:00Z") },
    ...over,
  };
}

describe("the plan of an opening", () => {
  it("shows each change with what it was before", () => {
    const steps: OpeningStep[] = [
      { kind: "open", port: 8080 },
      { kind: "prolong", port: 8501, rule: rule("a") },
      { kind: "keep", port: 9000, rule: rule("b") },
      { kind: "foreign", port: 22, rule: rule("c", { opening: null }) },
    ];
    expect(formatOpeningPlan(wanted, steps, now)).toEqual([
      "+  open     8080/tcp  from 203.0.113.7/32  until 2026-11-23T15:00:00Z (2h)",
      "~  prolong  8501/tcp  from 203.0.113.7/32  until 2026-11-23T15:00:00Z (2h), was until 2026-11-23T14:00:00Z by user/lee",
      "=  keep     9000/tcp  from 203.0.113.7/32  open already, until 2026-11-23T14:00:00Z by user/lee",
      "=  leave    22/tcp    from 203.0.113.7/32  open already without an end, made elsewhere",
    ]);
  });

  it("shows what is removed, and whether its time was over", () => {
    const expired = { by: "user/lee", until: new Date("2026-11-23T12:00:00Z") };
    expect(formatRemovalPlan([rule("a", { opening: expired }), rule("b")], now)).toEqual([
      "-  expired  8080/tcp  from 203.0.113.7/32  opened by user/lee until 2026-11-23T12:00:00Z",
      "-  close    8080/tcp  from 203.0.113.7/32  opened by user/lee until 2026-11-23T14:00:00Z",
    ]);
  });
});

describe("the result of an opening", () => {
  const opened: StepDone = { step: { kind: "open", port: 8080 }, unscheduled: null };
  const kept: StepDone = { step: { kind: "keep", port: 8501, rule: rule("a") }, unscheduled: null };

  it("counts what was done, and says what ends the rules", () => {
    expect(formatOpeningResult([opened, kept], wanted)).toEqual([
      "1 opened, 1 kept as it was, for user/kim.",
      "A schedule in EventBridge Scheduler removes each at its time.",
    ]);
  });

  it("says who removes the rules where no schedule does, and why none does", () => {
    expect(formatOpeningResult([{ ...opened, unscheduled: "AWS forbids it" }], wanted)).toEqual([
      "1 opened, for user/kim.",
      "No schedule ends them: AWS forbids it. The next make sg-open, sg-close or sg-list after that time removes them.",
    ]);
  });

  it("promises no end for a rule that was made elsewhere", () => {
    const step: OpeningStep = { kind: "foreign", port: 8080, rule: rule("c", { opening: null }) };
    expect(formatOpeningResult([{ step, unscheduled: null }], wanted)).toEqual([
      "1 left as it was, for user/kim.",
    ]);
  });
});

describe("the result of a removal", () => {
  it.each([
    [{ removed: [], failure: null }, []],
    [{ removed: [rule("a")], failure: null }, ["1 expired rule removed."]],
    [{ removed: [rule("a"), rule("b")], failure: null }, ["2 expired rules removed."]],
    [
      { removed: [], failure: new AppError("aws_access_denied", "AWS forbids it", "Ask.") },
      ["Not every one was removed: AWS forbids it. Ask."],
    ],
  ])("is told in a line each", (removal, lines) => {
    expect(formatRemoval(removal, "expired")).toEqual(lines);
  });
});

describe("the list of rules", () => {
  it("says what it means that there is none", () => {
    expect(formatRules([], now)).toEqual([
      "No inbound rule: nobody reaches the host but over SSM.",
    ]);
  });

  it("shows the soonest end first, marks what has expired, and what was made elsewhere", () => {
    const lines = formatRules(
      [
        rule("sgr-c", {
          protocol: "all",
          ports: "all",
          source: "sg-9",
          opening: null,
          description: "by hand\x1b[2J",
        }),
        rule("sgr-b"),
        rule("sgr-a", { opening: { by: "user/kim", until: new Date("2026-11-23T12:00:00Z") } }),
      ],
      now,
    );
    expect(lines).toEqual([
      "PORT        FROM            OPENED BY            UNTIL                           RULE",
      "8080/tcp    203.0.113.7/32  user/kim             2026-11-23T12:00:00Z (expired)  sgr-a",
      "8080/tcp    203.0.113.7/32  user/lee             2026-11-23T14:00:00Z (in 1h)    sgr-b",
      "everything  sg-9            not by make sg-open  no end: by hand                 sgr-c",
    ]);
  });
});
