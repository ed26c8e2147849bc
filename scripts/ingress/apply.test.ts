import { AppError } from "@cleanauth/common/app-error.ts";
import { describe, expect, it } from "vitest";
import { applyStep, type Ingress, removeRules } from "./apply.ts";
import { parseCidr } from "./cidr.ts";
import type { IngressRule } from "./ingress-rule.ts";
import type { OpeningStep } from "./opening-plan.ts";

const until = new Date("2026-11-23T15:00:00Z");
const later = new Date("2026-11-23T18:00:00Z");
const wanted = { cidr: parseCidr("203.0.113.7"), ports: [8080], by: "user/kim", until };
const rule: IngressRule = {
  id: "sgr-1",
  protocol: "tcp",
  ports: "8080",
  source: "203.0.113.7/32",
  description: "",
  opening: { by: "user/kim", until: later },
};

/** A group and schedules that keep what they are told to do. */
function ingress(over: {
  opened?: IngressRule | null;
  rules?: readonly IngressRule[];
  unscheduled?: string;
  refuses?: string;
}) {
  const calls: string[] = [];
  const made: Ingress = {
    group: {
      id: "sg-1",
      listRules: async () => over.rules ?? [],
      open: async (cidr, port, opening) => {
        calls.push(`open ${port} ${cidr.text} ${opening.by}`);
        return over.opened === undefined ? rule : over.opened;
      },
      prolong: async ({ id }, opening) => {
        calls.push(`prolong ${id} ${opening.by} ${opening.until.toISOString()}`);
      },
      close: async ({ id }) => {
        if (id === over.refuses) throw new AppError("aws_access_denied", "No", "Ask.");
        calls.push(`close ${id}`);
      },
    },
    schedule: {
      endAt: async (id, instant) => {
        calls.push(`endAt ${id} ${instant.toISOString()}`);
        return over.unscheduled ?? null;
      },
      drop: async (id) => {
        calls.push(`drop ${id}`);
      },
    },
  };
  return { ...made, calls };
}

describe("carrying out a step", () => {
  it.each<[string, OpeningStep, readonly string[]]>([
    [
      "opens a port, then has its rule end",
      { kind: "open", port: 8080 },
      ["open 8080 203.0.113.7/32 user/kim", "endAt sgr-1 2026-11-23T15:00:00.000Z"],
    ],
    [
      "prolongs a rule, then moves its end",
      { kind: "prolong", port: 8080, rule },
      ["prolong sgr-1 user/kim 2026-11-23T15:00:00.000Z", "endAt sgr-1 2026-11-23T15:00:00.000Z"],
    ],
    [
      "keeps a rule's own, later end, and has it scheduled again",
      { kind: "keep", port: 8080, rule },
      ["endAt sgr-1 2026-11-23T18:00:00.000Z"],
    ],
    ["touches no rule that was made elsewhere", { kind: "foreign", port: 8080, rule }, []],
  ])("%s", async (_says, step, calls) => {
    const tools = ingress({});
    expect(await applyStep(tools, step, wanted)).toEqual({ step, unscheduled: null });
    expect(tools.calls).toEqual(calls);
  });

  it("finds the rule that another run has made meanwhile", async () => {
    const tools = ingress({ opened: null, rules: [{ ...rule, id: "sgr-2" }] });
    await applyStep(tools, { kind: "open", port: 8080 }, wanted);
    expect(tools.calls.at(-1)).toBe("endAt sgr-2 2026-11-23T15:00:00.000Z");
  });

  it("tells why no schedule ends the rule", async () => {
    const tools = ingress({ unscheduled: "not allowed" });
    const done = await applyStep(tools, { kind: "open", port: 8080 }, wanted);
    expect(done.unscheduled).toBe("not allowed");
  });
});

describe("removing rules", () => {
  const other = { ...rule, id: "sgr-2" };

  it("takes each rule and its schedule away", async () => {
    const tools = ingress({});
    expect(await removeRules(tools, [rule, other])).toEqual({
      removed: [rule, other],
      failure: null,
    });
    expect(tools.calls).toEqual(["close sgr-1", "drop sgr-1", "close sgr-2", "drop sgr-2"]);
  });

  it("tells what was removed before it was refused, and leaves that rule's schedule", async () => {
    const tools = ingress({ refuses: "sgr-2" });
    const { removed, failure } = await removeRules(tools, [rule, other]);
    expect(removed).toEqual([rule]);
    expect(failure).toMatchObject({ code: "aws_access_denied" });
    expect(tools.calls).not.toContain("drop sgr-2");
  });
});
