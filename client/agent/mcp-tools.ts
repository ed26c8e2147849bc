import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Tool as McpTool } from "@modelcontextprotocol/sdk/types.js";
import { LocalizedError } from "../localized-error.ts";
import { stripControlCharacters, stripToLine } from "../terminal-text.ts";
import type { Tool } from "./agent.ts";
import { listPages } from "./list-pages.ts";

const longestDescription = 10_000;
const longestSchema = 100_000;
const deepestSchema = 64;

/**
 * Lists a server's tools, page after page.
 * https://modelcontextprotocol.io/specification/2025-11-25/server/tools#listing-tools
 *
 * @param client a connected client
 * @param timeoutMilliseconds how long all of them together may take
 * @returns the tools; none when the server has said that it has none
 * @throws AppError `server_too_many_tools` for a list without an end, or of tools that take no end to
 *   describe; whatever the SDK throws
 */
export async function listTools(
  client: Client,
  timeoutMilliseconds: number,
): Promise<readonly Tool[]> {
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const { items, characters, isCut } = await listPages(async (parameters, options) => {
    const { tools, nextCursor } = await client.listTools(parameters, options);
    return { listed: tools.length, items: tools.flatMap(toTool), nextCursor };
  }, timeoutMilliseconds);
  if (!isCut) return items;
  throw new LocalizedError("server_too_many_tools", {
    en: [
      `The server has more tools than anybody can use: ${items.length} in ${characters} characters, and more`,
      "Use a server with fewer tools.",
    ],
    ko: [
      `서버의 도구가 쓸 수 없을 만큼 많습니다: ${items.length}개, ${characters}자를 넘음`,
      "도구가 더 적은 서버를 쓰세요.",
    ],
  });
}

/**
 * A tool as it is used here; none when its name could do something to a terminal, or its schema is
 * larger than what a model can be told.
 */
function toTool(listed: McpTool): Tool[] {
  const { name, title, description, annotations, inputSchema } = listed;
  if (name === "" || stripToLine(name, 256) !== name) return [];
  if (isDeeperThan(inputSchema, deepestSchema)) return [];
  if (JSON.stringify(inputSchema).length > longestSchema) return [];
  const shownTitle = stripToLine(title ?? annotations?.title ?? "", 100);
  const readOnly = annotations?.readOnlyHint === true;
  return [
    {
      name,
      ...(shownTitle === "" ? {} : { title: shownTitle }),
      description: stripControlCharacters((description ?? "").slice(0, longestDescription)),
      inputSchema,
      readOnly,
      // As the specification's default has it: what does not say that it is harmless is not.
      destructive: !readOnly && annotations?.destructiveHint !== false,
    },
  ];
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
