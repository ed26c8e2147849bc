import { describe, expect, it } from "vitest";
import { parseCidr } from "./cidr.ts";
import type { IngressRule } from "./ingress-rule.ts";
import { planClosing, planExpiry, planOpening } from "./opening-plan.ts";

const at = (time: string) => new Date(`2026-11-23T${time}:00Z`);

function rule(id: string, over: Partial<IngressRule> = {}): IngressRule {
  return {
    id,
    protocol: "tcp",
    ports: "8080",
    source: "203.0.113.7/32",
    description: "",
    opening: { by: "user/kim", until: at("15:00") },
    ...over,
  };
}

const wanted = {
  cidr: parseCidr("203.0.113.7"),
  ports: [8080],
  by: "user/kim",
  until: at("16:00"),
};

describe("opening a port", () => {
  it.each<[string, readonly IngressRule[], string]>([
    ["opens it where there is no rule", [], "open"],
    ["opens it beside a rule for another port", [rule("a", { ports: "8501" })], "open"],
    [
      "opens it beside a rule for another address",
      [rule("a", { source: "203.0.113.8/32" })],
      "open",
    ],
    ["opens it beside a wider rule", [rule("a", { source: "203.0.113.0/24" })], "open"],
    ["opens it beside a range of ports", [rule("a", { ports: "8000-9000" })], "open"],
    ["opens it beside a rule for UDP", [rule("a", { protocol: "udp" })], "open"],
    ["prolongs the same rule when it ends sooner", [rule("a")], "prolong"],
    [
      "prolongs the same rule when its time is over",
      [rule("a", { opening: { by: "user/kim", until: at("00:01") } })],
      "prolong",
    ],
    [
      "prolongs the same rule of somebody else",
      [rule("a", { opening: { by: "user/lee", until: at("15:00") } })],
      "prolong",
    ],
    [
      "keeps the same rule when it ends no sooner",
      [rule("a", { opening: { by: "user/kim", until: at("16:00") } })],
      "keep",
    ],
    [
      "leaves the same rule alone when it was made elsewhere",
      [rule("a", { opening: null })],
      "foreign",
    ],
  ])("%s", (_says, rules, kind) => {
    expect(planOpening(rules, wanted).map((step) => step.kind)).toEqual([kind]);
  });

  it("decides for each port by itself", () => {
    const steps = planOpening([rule("a")], { ...wanted, ports: [8080, 8501] });
    expect(steps).toMatchObject([
      { kind: "prolong", port: 8080, rule: { id: "a" } },
      { kind: "open", port: 8501 },
    ]);
  });
});

describe("what has expired", () => {
  const old = rule("old", { opening: { by: "user/lee", until: at("10:00") } });

  it("is every rule whose time is over, whoever opened it, and no rule made elsewhere", () => {
    const rules = [old, rule("new"), rule("foreign", { opening: null })];
    expect(planExpiry(rules, at("12:00"))).toEqual([old]);
  });

  it("is not removed when it is about to be prolonged", () => {
    const steps = planOpening([old], wanted);
    expect(planExpiry([old], at("12:00"), steps)).toEqual([]);
  });
});

describe("closing ports", () => {
  const rules = [
    rule("kim-8080"),
    rule("kim-8501", { ports: "8501" }),
    rule("kim-range", { source: "198.51.100.0/24" }),
    rule("lee", { source: "192.0.2.1/32", opening: { by: "user/lee", until: at("15:00") } }),
    rule("foreign", { opening: null }),
  ];

  it.each([
    ["all of one's own", { by: "user/kim" }, ["kim-8080", "kim-8501", "kim-range"]],
    ["one port of one's own", { by: "user/kim", ports: [8501] }, ["kim-8501"]],
    [
      "one range of one's own",
      { by: "user/kim", cidr: parseCidr("198.51.100.9/24") },
      ["kim-range"],
    ],
    ["everybody's, but none made elsewhere", {}, ["kim-8080", "kim-8501", "kim-range", "lee"]],
    ["nothing where nothing fits", { by: "user/park" }, []],
  ])("removes %s", (_what, narrowed, ids) => {
    const wantedClosing = { cidr: null, ports: null, by: null, ...narrowed };
    expect(planClosing(rules, wantedClosing).map(({ id }) => id)).toEqual(ids);
  });
});
