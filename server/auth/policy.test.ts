import { expect, it } from "vitest";
import type { Caller } from "./caller.ts";
import { type Access, judge } from "./policy.ts";

const password = ["aws.cognito.signin.user.admin"];

function caller(groups: string[], scopes: string[] = password): Caller {
  return { subject: "s", username: "u", groups, scopes, clientId: "c", expiresAt: 0 };
}

const writing: Access = { scope: "mcp-auth/notes:write", groups: ["user", "admin"] };
const administering: Access = { groups: ["admin"] };

it.each<[string, Access, Caller]>([
  ["everybody who is signed in, for a tool without a guard", "signed-in", caller([], [])],
  ["a token with the tool's scope", writing, caller([], ["mcp-auth/notes:write"])],
  ["a member of a group, signed in with a password", writing, caller(["user"])],
  ["a member of another group of the tool", writing, caller(["admin"])],
  ["a member of the one group", administering, caller(["user", "admin"])],
  [
    "a member of the one group, through a client that was given the use of groups",
    administering,
    caller(["admin"], ["mcp-auth/groups:use"]),
  ],
])("allows %s", (_case, access, by) => {
  expect(judge(access, by)).toBe("allowed");
});

it.each<[string, Caller, string]>([
  ["who is in no group", caller([]), "aws.cognito.signin.user.admin mcp-auth/notes:write"],
  ["whose group only looks alike", caller(["User"], []), "mcp-auth/notes:write"],
  ["without any scope, whatever the group", caller(["user"], []), "mcp-auth/notes:write"],
  ["who asked for identity alone", caller(["user"], ["openid"]), "mcp-auth/notes:write"],
  [
    "who agreed to reading alone, whatever the group",
    caller(["user"], ["mcp-auth/notes:read"]),
    "mcp-auth/notes:read mcp-auth/notes:write",
  ],
  [
    "who agreed to reading, and to acting as oneself at Cognito",
    caller(["user"], [...password, "mcp-auth/notes:read"]),
    "aws.cognito.signin.user.admin mcp-auth/notes:read mcp-auth/notes:write",
  ],
  [
    "whose scope is another resource server's",
    caller([], ["other/notes:write"]),
    "mcp-auth/notes:write",
  ],
  ["whose scope lacks the resource server", caller([], ["notes:write"]), "mcp-auth/notes:write"],
])("names all that a token needs to a caller %s", (_case, by, scope) => {
  expect(judge(writing, by)).toEqual({ neededScopes: scope.split(" ") });
});

it.each<[string, Caller]>([
  ["of another group", caller(["user"])],
  ["whose group only looks alike", caller(["Admin"])],
  [
    "with every scope there is",
    caller([], ["mcp-auth/notes:write", "mcp-auth/groups:use", "admin", ...password]),
  ],
])("hides what a group alone guards from a caller %s", (_case, by) => {
  expect(judge(administering, by)).toBe("hidden");
});

it.each<[string, string[]]>([
  ["identity alone", ["openid"]],
  ["nothing", []],
  ["other tools", ["mcp-auth/notes:read"]],
])("asks a member's client that was given %s for the use of groups", (_case, scopes) => {
  const held = scopes.filter((scope) => scope.startsWith("mcp-auth/"));
  expect(judge(administering, caller(["admin"], scopes))).toEqual({
    neededScopes: [...held, "mcp-auth/groups:use"],
  });
});

it("lets nobody in where no group is named", () => {
  expect(judge({ groups: [] }, caller(["admin"]))).toBe("hidden");
});
