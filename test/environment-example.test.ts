import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

// .env.example explains every setting that a program reads. The settings' schemas have the variables'
// names as their keys, which is where this looks.

const schemas = [
  "server/config.ts",
  "client/config.ts",
  "client/web/web-settings.ts",
  "local/far-ends.ts",
  "common/stack-settings.ts",
  "scripts/roles/operator-settings.ts",
];

const explained = new Set(
  [...readFileSync(".env.example", "utf8").matchAll(/^([A-Z_0-9]+)=$/gm)].map(([, name]) => name),
);

it.each(schemas)("every setting of %s is explained", (path) => {
  const keys = [...readFileSync(path, "utf8").matchAll(/^ {4}([A-Z][A-Z_0-9]+): (?!")/gm)];
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.map(([, name]) => name).filter((name) => !explained.has(name))).toEqual([]);
});

it("sets nothing by itself, so that a copy changes nothing", () => {
  const lines = readFileSync(".env.example", "utf8").split("\n");
  expect(lines.filter((line) => !/^(#.*|[A-Z_0-9]+=)?$/.test(line))).toEqual([]);
});
