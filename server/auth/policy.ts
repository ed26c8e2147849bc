import { isOwnScope, qualifyScope, userAdminScope } from "@cleanauth/common/scopes-and-groups.ts";
import type { Caller } from "./caller.ts";

/**
 * Who may use a tool: everybody who is signed in; or callers whose token was given a scope, or who
 * are in a group; or, where no scope is named, the members of a group alone.
 */
export type Access =
  | "signed-in"
  | {
      /** As tokens carry it, the resource server before its name. */
      readonly scope?: string;
      readonly groups: readonly string[];
    };

/**
 * What the policy says to a caller: `hidden` is a tool that the caller is not to know of, and the
 * scopes are those that a token would need to hold.
 */
export type Judgement = "allowed" | "hidden" | { readonly neededScopes: readonly string[] };

/**
 * Decides whether a caller may see and use something. It is asked on every request, with the caller
 * of that very request: scopes and groups change when a token is refreshed.
 *
 * A token that carries scopes of this server was asked for by some client, and the user has agreed to
 * those alone: it is held to them, whatever groups its user is in. A sign-in with user name and
 * password cannot be given such scopes; its tokens stand for the users themselves, who may do what
 * their groups may.
 *
 * @param access what was declared beside the tool
 * @param caller the caller of the request
 */
export function judge(access: Access, caller: Caller): Judgement {
  if (access === "signed-in") return "allowed";
  const isMember = access.groups.some((group) => caller.groups.includes(group));
  if (access.scope === undefined && !isMember) return "hidden";
  const needed = access.scope ?? membershipScope;
  if (caller.scopes.includes(needed)) return "allowed";
  if (isMember && actsAsUser(caller)) return "allowed";
  // What is held already is named too: a client that asks for just what it is told keeps it.
  const held = caller.scopes.filter((scope) => scope === userAdminScope || isOwnScope(scope));
  return { neededScopes: [...held, needed] };
}

/** What a client has to have been given where a group alone is asked for: the user's groups are not its own. */
const membershipScope = qualifyScope("groups:use");

function actsAsUser({ scopes }: Caller): boolean {
  return scopes.includes(userAdminScope) && !scopes.some(isOwnScope);
}
