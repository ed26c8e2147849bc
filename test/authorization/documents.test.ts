import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { facadeAttacks, floods } from "../attack/facade-attacks.ts";
import { sessionAttacks } from "../attack/session-attacks.ts";
import { tokenAttacks } from "../attack/token-attacks.ts";
import { toolAttacks } from "../attack/tool-attacks.ts";
import { transportAttacks } from "../attack/transport-attacks.ts";

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
  const attacks = [
    tokenAttacks,
    sessionAttacks,
    transportAttacks,
    facadeAttacks,
    toolAttacks,
    floods,
  ].flat();
  expect(attacks.length).toBeGreaterThanOrEqual(30);
  expect(new Set(attacks.map(({ tried }) => tried)).size).toBe(attacks.length);
});
