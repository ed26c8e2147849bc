import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { attackGroups } from "../attack/attack-groups.ts";

// The documents name tests by file and name. Here they are held to it.

const documents = ["docs/authorization.md", "docs/authorization.ko.md"];

function namedTests(path: string): string[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/`([\w./-]+\.ts)` "([^"]+)"/g)].map(
    ([, file, name]) => `${file}: ${name}`,
  );
}

describe.each(documents)("%s", (path) => {
  const named = namedTests(path);

  it("names a test for every line of the list", () => {
    expect(named.length).toBeGreaterThan(30);
  });

  it.each(named)("names a test that there is: %s", (test) => {
    const [file = "", name = ""] = test.split(/: (.*)/s);
    expect(existsSync(file), file).toBe(true);
    expect(readFileSync(file, "utf8")).toContain(name);
  });
});

it("names the same tests in both languages", () => {
  const [english, korean] = documents.map(namedTests);
  expect(korean).toEqual(english);
});

it("plays at least 30 attacks, each told apart from the others", () => {
  const attacks = Object.values(attackGroups).flat();
  expect(attacks.length).toBeGreaterThanOrEqual(30);
  expect(new Set(attacks.map(({ tried }) => tried)).size).toBe(attacks.length);
});

it.each(["docs/threats.md", "docs/threats.ko.md"])("%s speaks of each group of attacks", (path) => {
  const [, behind = ""] = readFileSync(path, "utf8").split(/^## .*make attack.*$/m);
  const [table = ""] = behind.split(/^## /m);
  const [, ...groups] = [...table.matchAll(/^\| ([^ |]+) \|/gm)].map(([, name]) => name);
  expect(groups).toEqual(Object.keys(attackGroups));
});
