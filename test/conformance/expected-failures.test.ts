import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { legacyScenarios } from "./legacy-scenarios.ts";

// `make conformance` fails where one of these passes, or another one fails. This holds the lists
// themselves: they grow only together with this file.

function entriesOf(mode: "server" | "gateway" | "client"): string[] {
  const path = join(import.meta.dirname, `expected-failures-${mode}.yml`);
  return [...readFileSync(path, "utf8").matchAll(/^ +- (\S+)$/gm)].map(([, name = ""]) => name);
}

it("of the server's scenarios none is expected to fail, neither here nor through the gateway", () => {
  expect(entriesOf("server")).toEqual([]);
  expect(entriesOf("gateway")).toEqual([]);
});

it("of the client's scenarios two are, each of a grant that Cognito cannot have", () => {
  expect(entriesOf("client").sort()).toEqual([
    "auth/client-credentials-jwt",
    "auth/cross-app-access-complete-flow",
  ]);
});

it("leaves out two of 2025-03-26 alone, each with the rule that forbids it and a test of the refusal", () => {
  expect([...legacyScenarios.keys()]).toEqual([
    "auth/2025-03-26-oauth-metadata-backcompat",
    "auth/2025-03-26-oauth-endpoint-fallback",
  ]);
  const refusals = readFileSync("client/sign-in/oauth/authorization-server.test.ts", "utf8");
  for (const name of legacyScenarios.keys()) expect(refusals).toContain(name);
});
