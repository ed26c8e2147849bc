import type { Tool } from "./agent.ts";

/** What Bedrock takes for the name of a tool. */
const longestName = 64;

/**
 * Gives each tool a name that Bedrock takes (`^[a-zA-Z0-9_-]{1,64}$`), and keeps the way back.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html
 *
 * @param tools the server's tools, whose names may have any form
 * @returns the tools by the names that the model knows them by, in the order in which they came
 */
export function toolsByModelName(tools: readonly Tool[]): ReadonlyMap<string, Tool> {
  const byName = new Map<string, Tool>();
  // A name that needs no change is kept even when another one would become the same.
  const taken = new Set(tools.map(({ name }) => name));
  for (const tool of tools) {
    const wanted = tool.name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, longestName);
    let name = wanted;
    for (let number = 2; byName.has(name) || (name !== tool.name && taken.has(name)); number += 1) {
      const suffix = `_${number}`;
      name = `${wanted.slice(0, longestName - suffix.length)}${suffix}`;
    }
    byName.set(name, tool);
  }
  return byName;
}
