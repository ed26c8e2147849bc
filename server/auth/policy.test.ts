import { expect, it } from "vitest";
import type { Caller } from "./caller.ts";
import { isAllowed } from "./policy.ts";

function member(...groups: string[]): Caller {
  return { subject: "s", username: "u", groups, scopes: [], clientId: "c", expiresAt: 0 };
}

it.each([
  ["everybody who is signed in, for a tool without a guard", "signed-in", member(), true],
  ["a member of the group", { anyOfGroups: ["admin"] }, member("user", "admin"), true],
  ["nobody else", { anyOfGroups: ["admin"] }, member("user"), false],
  ["no group whose name only looks alike", { anyOfGroups: ["admin"] }, member("Admin"), false],
  ["nobody, when no group is named", { anyOfGroups: [] }, member("admin"), false],
] as const)("allows %s", (_case, access, caller, expected) => {
  expect(isAllowed(access, caller)).toBe(expected);
});
