import { describe, expect, it } from "vitest";
import { tool } from "../testing/conversation.ts";
import { toolsByModelName } from "./tool-names.ts";

const long = "x".repeat(100);

const cases: [what: string, names: string[], modelNames: string[]][] = [
  ["names that Bedrock takes as they are", ["a-b_C9"], ["a-b_C9"]],
  ["dots and slashes", ["weather.now", "a/b"], ["weather_now", "a_b"]],
  ["Korean", ["날씨"], ["__"]],
  ["a name that is too long", [long], ["x".repeat(64)]],
  ["names that become the same", ["a.b", "a/b", "a b"], ["a_b", "a_b_2", "a_b_3"]],
  ["a name that is taken by a later tool", ["a.b", "a_b"], ["a_b_2", "a_b"]],
  ["a number that is taken, too", ["a.b", "a_b", "a_b_2"], ["a_b_3", "a_b", "a_b_2"]],
  [
    "long names that become the same",
    [`${long}1`, `${long}2`],
    ["x".repeat(64), `${"x".repeat(62)}_2`],
  ],
];

describe("toolsByModelName", () => {
  it.each(cases)("maps %s, and back", (_what, names, modelNames) => {
    const byName = toolsByModelName(names.map((name) => tool(name)));
    expect([...byName.keys()]).toEqual(modelNames);
    expect([...byName.values()].map(({ name }) => name)).toEqual(names);
    for (const name of byName.keys()) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  });

  it("keeps every tool, however many names become the same", () => {
    const names = Array.from({ length: 300 }, (_, index) => String.fromCodePoint(0xac00 + index));
    expect(toolsByModelName(names.map((name) => tool(name))).size).toBe(300);
  });
});
