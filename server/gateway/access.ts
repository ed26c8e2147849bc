import type { Caller } from "../auth/caller.ts";
import { type Judgement, judge } from "../auth/policy.ts";
import type { UpstreamDefinition } from "./servers-file.ts";

/** What an upstream's entry says of a caller and one of its tools. */
export function judgeTool(
  tool: string,
  { access, toolAccess }: UpstreamDefinition,
  caller: Caller,
): Judgement {
  return judge(toolAccess.get(tool) ?? access, caller);
}

/** Whether a caller may use an upstream: all of it but for the tools that have a rule of their own. */
export function mayUse({ access }: UpstreamDefinition, caller: Caller): boolean {
  return judge(access, caller) === "allowed";
}

/** Whether a caller may use an upstream, or a tool of it at least. */
export function mayUsePart(definition: UpstreamDefinition, caller: Caller): boolean {
  return [definition.access, ...definition.toolAccess.values()].some(
    (access) => judge(access, caller) === "allowed",
  );
}

/** Tools that an entry has rules for and that its server does not list: a name may be misspelled. */
export function rulesForNothing(
  { name, toolAccess }: UpstreamDefinition,
  tools: readonly { readonly name: string }[],
): string[] {
  const listed = new Set(tools.flatMap((tool) => [tool.name, `${name}.${tool.name}`]));
  return [...toolAccess.keys()].filter((tool) => !listed.has(tool));
}
