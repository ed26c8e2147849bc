import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

// .env.example explains every setting that a program reads. The settings' schemas have the variables'
// names as their keys, which is where this looks.

const schemas = [
  "server/config.ts",
  "client/config.ts",
  "client/sign-in-settings.ts",
  "client/web/web-settings.ts",
  "local/far-ends.ts",
  "common/stack-settings.ts",
  "scripts/roles/operator-settings.ts",
];

const explained = new Set(
  [...readFileSync(".env.example", "utf8").matchAll(/^([A-Z_0-9]+)=$/gm)].map(([, name]) => name),
);

function settingsOf(path: string): (string | undefined)[] {
  const keys = [...readFileSync(path, "utf8").matchAll(/^ {2,4}([A-Z][A-Z_0-9]+): (?!")/gm)];
  expect(keys.length).toBeGreaterThan(0);
  return keys.map(([, name]) => name);
}

it.each(schemas)("every setting of %s is explained", (path) => {
  expect(settingsOf(path).filter((name) => !explained.has(name))).toEqual([]);
});

it("every setting of server and web terminal is made on the host, or carried there by make bootstrap", () => {
  // The metrics stay on their port; the others are of local mode, which no host knows.
  const notOnHost = ["METRICS_PORT", "CLEANAUTH_LOCAL", "MCP_SERVERS_FILE", /^AWS_ENDPOINT_URL_/];
  const bootstrap = readFileSync("scripts/roles/operator-settings.ts", "utf8");
  const missing = ["server/config.ts", "client/web/web-settings.ts"]
    .flatMap(settingsOf)
    .filter((name = "") => !notOnHost.some((left) => name.match(left) !== null))
    .filter((name) => !new RegExp(`\\b${name}: `).test(bootstrap));
  expect(missing).toEqual([]);
});

it("sets nothing by itself, so that a copy changes nothing", () => {
  const lines = readFileSync(".env.example", "utf8").split("\n");
  expect(lines.filter((line) => !/^(#.*|[A-Z_0-9]+=)?$/.test(line))).toEqual([]);
});
