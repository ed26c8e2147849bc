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
const longestNameCharacters = 256;

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
  const list = async <Item extends Named>(
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

interface Named {
  readonly name?: string;
  readonly uri?: string;
  readonly uriTemplate?: string;
}

async function readList<Item extends Named>(
  connection: UpstreamConnection,
  method: Listing,
  member: string,
  schema: z.ZodType<Item>,
  logger: Logger,
): Promise<Item[]> {
  const items: Item[] = [];
  let leftOut = 0;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const result = await connection.askForServer({ method, params } as ClientRequest, listSeconds);
    const found = result[member];
    for (const item of Array.isArray(found) ? found : []) {
      const parsed = schema.safeParse(item);
      const fits =
        parsed.success &&
        isPlainName(parsed.data) &&
        JSON.stringify(item).length <= longestItemCharacters &&
        !items.some((other) => nameOf(other) === nameOf(parsed.data));
      if (!fits) leftOut += 1;
      else if (items.length < mostItems) items.push(parsed.data);
    }
    const next = result.nextCursor;
    if (typeof next !== "string" || items.length >= mostItems) break;
    cursor = next;
  }
  if (leftOut > 0) {
    const why = "malformed, too long, listed twice, or named in a way that no terminal can show";
    logger.warn({ method, items: leftOut }, `upstream lists what is left out: ${why}`);
  }
  return items;
}

/** What an item is asked for by. */
function nameOf({ uri, uriTemplate, name }: Named): string {
  return uri ?? uriTemplate ?? name ?? "";
}

/** Names stand in lists, logs and terminals: nothing that moves a cursor or turns the text around. */
function isPlainName(item: Named): boolean {
  const { name = "" } = item;
  const texts = [name, nameOf(item)];
  return (
    name.length <= longestNameCharacters &&
    nameOf(item) !== "" &&
    texts.every((text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))
  );
}
