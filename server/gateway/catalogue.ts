import type { Logger } from "@cleanauth/common/log.ts";
import {
  type ClientRequest,
  type Prompt,
  PromptSchema,
  type Resource,
  ResourceSchema,
  type ResourceTemplate,
  ResourceTemplateSchema,
  type Tool,
  ToolSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";
import type { UpstreamConnection } from "./upstream-connection.ts";

/** What an upstream offers, under its own names. */
export interface Catalogue {
  readonly tools: readonly Tool[];
  readonly prompts: readonly Prompt[];
  readonly resources: readonly Resource[];
  readonly resourceTemplates: readonly ResourceTemplate[];
  readonly completes: boolean;
}

const listSeconds = 30;
const mostPages = 50;
const mostItems = 1_000;
/** A tool's description and schemas go to a model, whole, with every question. */
const longestItemCharacters = 64 * 1024;

/**
 * Reads all lists of an upstream, within bounds; what does not fit MCP's schema is left out and logged.
 *
 * @throws McpError, or the transport's error
 */
export async function readCatalogue(
  connection: UpstreamConnection,
  logger: Logger,
): Promise<Catalogue> {
  const { capabilities } = connection;
  const list = async <Item>(
    isOffered: boolean,
    method: Listing,
    member: string,
    schema: z.ZodType<Item>,
  ) => (isOffered ? readList(connection, method, member, schema, logger) : []);
  const hasResources = capabilities.resources !== undefined;
  return {
    tools: await list(capabilities.tools !== undefined, "tools/list", "tools", ToolSchema),
    prompts: await list(
      capabilities.prompts !== undefined,
      "prompts/list",
      "prompts",
      PromptSchema,
    ),
    resources: await list(hasResources, "resources/list", "resources", ResourceSchema),
    resourceTemplates: await list(
      hasResources,
      "resources/templates/list",
      "resourceTemplates",
      ResourceTemplateSchema,
    ),
    completes: capabilities.completions !== undefined,
  };
}

type Listing = "tools/list" | "prompts/list" | "resources/list" | "resources/templates/list";

async function readList<Item>(
  connection: UpstreamConnection,
  method: Listing,
  member: string,
  schema: z.ZodType<Item>,
  logger: Logger,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const result = await connection.askForServer({ method, params } as ClientRequest, listSeconds);
    const found = result[member];
    for (const item of Array.isArray(found) ? found : []) {
      const parsed = schema.safeParse(item);
      const fits = parsed.success && JSON.stringify(item).length <= longestItemCharacters;
      if (!fits) logger.warn({ method }, "upstream lists what is left out: malformed or too long");
      else if (items.length < mostItems) items.push(parsed.data);
    }
    const next = result.nextCursor;
    if (typeof next !== "string" || items.length >= mostItems) return items;
    cursor = next;
  }
  return items;
}
