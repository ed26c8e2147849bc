import { describe, expect, it } from "vitest";
import { defineRole, type Play } from "./operation.ts";
import { createScriptedShell } from "./scripted-shell.ts";
import { limitHosts, type Selection, selectTasks } from "./selection.ts";

const operation = (name: string, ...tags: string[]) => ({
  name,
  tags,
  decide: () => ({ kind: "ok" }) as const,
});
const play: Play = {
  name: "hosts",
  roles: [
    defineRole({ name: "node", facts: {}, operations: [operation("fetched", "download")] }),
    defineRole({
      name: "app",
      facts: {},
      operations: [operation("fetched", "download"), operation("switched", "release")],
    }),
  ],
};

describe("the tasks of a run", () => {
  it.each<[string, Selection, string[]]>([
    ["all without a selection", {}, ["node : fetched", "app : fetched", "app : switched"]],
    ["by role", { tags: ["app"] }, ["app : fetched", "app : switched"]],
    ["by tag", { tags: ["download"] }, ["node : fetched", "app : fetched"]],
    ["without a tag", { skipTags: ["download"] }, ["app : switched"]],
    ["both", { tags: ["app"], skipTags: ["download"] }, ["app : switched"]],
    ["from a task on", { startAtTask: "app : fetched" }, ["app : fetched", "app : switched"]],
    ["from a task's bare name on", { startAtTask: "switched" }, ["app : switched"]],
    ["from a pattern on", { startAtTask: "app : sw*" }, ["app : switched"]],
  ])("are chosen %s", (_, selection, expected) => {
    expect(selectTasks(play, selection).map(({ fullName }) => fullName)).toEqual(expected);
  });

  it.each<[string, Selection, string]>([
    ["tag", { tags: ["nod"] }, "usage_unknown_tag"],
    ["skipped tag", { skipTags: ["nod"] }, "usage_unknown_tag"],
    ["task", { startAtTask: "switch" }, "usage_unknown_task"],
  ])("are refused with the names that exist for an unknown %s", (_, selection, code) => {
    expect(() => selectTasks(play, selection)).toThrowError(
      expect.objectContaining({ code, hint: expect.stringContaining("app") }),
    );
  });
});

describe("the hosts of a run", () => {
  const shell = createScriptedShell(async () => ({}));
  const hosts = [
    { name: "i-0a1", aliases: ["MCP-Auth-Instance"], shell },
    { name: "i-0b2", shell },
    { name: "i.0c3", shell },
  ];

  it.each<[string[], string[]]>([
    [["i-0a1"], ["i-0a1"]],
    [["i-*"], ["i-0a1", "i-0b2"]],
    [
      ["MCP-*", "i.0c3"],
      ["i-0a1", "i.0c3"],
    ],
  ])("are limited by name, alias and pattern: %j", (limit, expected) => {
    expect(limitHosts(hosts, limit).map(({ name }) => name)).toEqual(expected);
  });

  it("are refused with the names that exist when the limit fits none", () => {
    expect(() => limitHosts(hosts, ["i-9"])).toThrowError(
      expect.objectContaining({ code: "usage_limit_matches_nothing" }),
    );
  });
});
