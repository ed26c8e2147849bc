import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

// `make conformance` fails where one of these passes, or another one fails. This holds the lists
// themselves: they grow only together with this file.

function entriesOf(mode: "server" | "client"): string[] {
  const path = join(import.meta.dirname, `expected-failures-${mode}.yml`);
  return [...readFileSync(path, "utf8").matchAll(/^ +- (\S+)$/gm)].map(([, name = ""]) => name);
}

it("of the server's scenarios none is expected to fail", () => {
  expect(entriesOf("server")).toEqual([]);
});

it("of the client's scenarios five are, each with its reason, and none of the MCP authorization of today", () => {
  expect(entriesOf("client").sort()).toEqual([
    "auth/2025-03-26-oauth-endpoint-fallback",
    "auth/2025-03-26-oauth-metadata-backcompat",
    "auth/client-credentials-basic",
    "auth/client-credentials-jwt",
    "auth/cross-app-access-complete-flow",
  ]);
});
