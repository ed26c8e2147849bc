import { describe, expect, it } from "vitest";
import { fact } from "./fact.ts";
import { defineRole } from "./operation.ts";
import { hasChanges, planHost, stillDiffering } from "./plan.ts";
import { selectTasks } from "./selection.ts";
import { sh } from "./shell-script.ts";

const role = defineRole({
  name: "web",
  facts: {
    version: fact(sh`web --version`, (output) => output.trim()),
    running: fact(sh`web status`, (output) => output === "yes"),
  },
  operations: [
    {
      name: "version 2 is installed",
      decide: ({ version }) =>
        version === "2" ? { kind: "ok" } : { kind: "change", command: sh`install ${"2"}` },
    },
    {
      name: "runs",
      notifies: ["restart"],
      decide: ({ running, version }) => {
        if (version === "") return { kind: "skipped", because: "nothing to run" };
        return running ? { kind: "ok" } : { kind: "change" };
      },
    },
  ],
  handlers: [{ name: "restart", command: sh`web restart` }],
});
const tasks = selectTasks({ name: "hosts", roles: [role] }, {});

describe("a plan", () => {
  it.each([
    ["all is well", { "web.version": "2\n", "web.running": "yes" }, ["ok", "ok"], false],
    ["one fact differs", { "web.version": "1\n", "web.running": "yes" }, ["change", "ok"], true],
    ["another differs", { "web.version": "2\n", "web.running": "no" }, ["ok", "change"], true],
    ["the host is bare", {}, ["change", "skipped"], true],
  ])("is decided from facts alone when %s", (_, facts, kinds, changes) => {
    const plan = planHost(tasks, facts);
    expect([...plan.values()].map(({ kind }) => kind)).toEqual(kinds);
    expect(hasChanges(plan)).toBe(changes);
  });

  it("leaves what handlers do out of the first look back, and puts it into the second", () => {
    const facts = { "web.version": "2", "web.running": "no" };
    expect(stillDiffering(tasks, facts, "before handlers")).toEqual([]);
    expect(stillDiffering(tasks, facts, "after handlers")).toEqual([tasks[1]]);
  });
});
