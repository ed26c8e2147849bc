import { AppError } from "@cleanauth/common/app-error.ts";
import { describe, expect, it } from "vitest";
import { type Check, type CheckId, failed, notReached, ok, type Verdict } from "./check.ts";
import { checks as allChecks } from "./checks.ts";
import { createDoctorContext } from "./context.ts";
import { formatAsJson, formatLink, formatSummary, hasFailure } from "./report.ts";
import { runChecks } from "./run-checks.ts";

const plain = {
  green: (text: string) => text,
  yellow: (text: string) => text,
  red: (text: string) => text,
  dim: (text: string) => text,
};

function check(id: CheckId, needs: readonly CheckId[], run: () => Verdict): Check {
  return { id, title: `the ${id}`, needs, run: async () => run() };
}

async function run(checks: readonly Check[], signal = new AbortController().signal) {
  return runChecks(
    checks,
    createDoctorContext({}, signal),
    () => {},
    () => {},
  );
}

const statuses = (links: Awaited<ReturnType<typeof run>>) =>
  links.map(({ verdict }) => verdict.status);

describe("going along the chain", () => {
  it("goes on past a failure, and leaves out only what stands on it", async () => {
    const links = await run([
      check("tools", [], () => failed("broken", "mend")),
      check("node", ["tools"], () => ok("never run")),
      check("release", ["node"], () => ok("never run")),
      check("pool", [], () => ok("fine")),
    ]);
    expect(statuses(links)).toEqual(["failed", "not reached", "not reached", "ok"]);
    expect(links[2]?.verdict.detail).toBe("waits for: the node");
  });

  it("does not go on from a link that was not reached", async () => {
    const links = await run([
      check("user", [], () => notReached("set CLEANAUTH_USER")),
      check("token", ["user"], () => ok("never run")),
    ]);
    expect(statuses(links)).toEqual(["not reached", "not reached"]);
  });

  it("takes an error with a hint for a failure with its fix", async () => {
    const [link] = await run([
      check("pool", [], () => {
        throw new AppError("aws_access_denied", "Not allowed", "Ask for it.");
      }),
    ]);
    expect(link?.verdict).toEqual(failed("Not allowed", "Ask for it."));
  });

  it("does not let a defect in one check hide the others", async () => {
    const links = await run([
      check("pool", [], () => {
        throw new TypeError("x is undefined");
      }),
      check("keys", [], () => ok("fine")),
    ]);
    expect(statuses(links)).toEqual(["failed", "ok"]);
    expect(links[0]?.verdict.detail).toContain("defect");
  });

  it("ends at once when it is interrupted", async () => {
    const interruption = new AbortController();
    const running = run(
      [
        check("pool", [], () => {
          interruption.abort();
          return ok("fine");
        }),
        check("keys", [], () => ok("never run")),
      ],
      interruption.signal,
    );
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("the whole chain", () => {
  it("has every link stand on earlier ones only", () => {
    const seen = new Set<CheckId>();
    for (const { id, needs } of allChecks) {
      expect(needs.filter((needed) => !seen.has(needed))).toEqual([]);
      seen.add(id);
    }
    expect(seen.size).toBe(allChecks.length);
  });
});

describe("the report", () => {
  const links = [
    { check: check("pool", [], () => ok("")), verdict: ok("pool x") },
    {
      check: check("keys", [], () => ok("")),
      verdict: failed("no \x1b[2Jkeys\nat all", "make deploy"),
    },
    { check: check("user", [], () => ok("")), verdict: notReached("set CLEANAUTH_USER") },
  ];

  it("shows each link in a line, and what mends it below", () => {
    expect(links.map((link) => formatLink(link, 8, plain))).toEqual([
      "ok           the pool  pool x",
      "failed       the keys  no keys at all\n                       → make deploy",
      "not reached  the user  set CLEANAUTH_USER",
    ]);
    expect(formatSummary(links)).toBe("1 ok, 1 failed, 1 not reached");
  });

  it("is one object for machines", () => {
    expect(JSON.parse(formatAsJson(links))).toEqual({
      ok: false,
      checks: [
        { id: "pool", title: "the pool", status: "ok", detail: "pool x" },
        {
          id: "keys",
          title: "the keys",
          status: "failed",
          detail: "no \x1b[2Jkeys\nat all",
          fix: "make deploy",
        },
        { id: "user", title: "the user", status: "not reached", detail: "set CLEANAUTH_USER" },
      ],
    });
  });

  it("takes a link that was not reached for no failure", () => {
    expect(hasFailure(links)).toBe(true);
    expect(hasFailure(links.filter(({ verdict }) => verdict.status !== "failed"))).toBe(false);
  });
});
