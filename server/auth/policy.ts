import type { Caller } from "./caller.ts";

/** Who may use a tool: everybody who is signed in, or the members of one of these groups. */
export type Access = "signed-in" | { readonly anyOfGroups: readonly string[] };

/**
 * Decides whether a caller may see and use something. It is asked on every request, with the caller
 * of that very request: groups change when a token is refreshed.
 *
 * @param access what was declared beside the tool
 * @param caller the caller of the request
 */
export function isAllowed(access: Access, caller: Caller): boolean {
  if (access === "signed-in") return true;
  return access.anyOfGroups.some((group) => caller.groups.includes(group));
}
