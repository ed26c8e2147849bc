import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Tool as McpTool } from "@modelcontextprotocol/sdk/types.js";
import { LocalizedError } from "../localized-error.ts";
import { stripControlCharacters, stripToLine } from "../terminal-text.ts";
import type { Tool } from "./agent.ts";

const mostPages = 100;
const mostTools = 1_000;
/** All that a model is told about tools is paid for with every question. In characters, as JSON. */
const mostCharacters = 2_000_000;
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
  const until = Date.now() + timeoutMilliseconds;
  const tools: Tool[] = [];
  let characters = 0;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const parameters = cursor === undefined ? {} : { cursor };
    const timeout = Math.max(1, until - Date.now());
    const listed = await client.listTools(parameters, { timeout });
    if (tools.length + listed.tools.length > mostTools) break;
    tools.push(...listed.tools.flatMap(toTool));
    characters = JSON.stringify(tools).length;
    cursor = listed.nextCursor;
    if (characters > mostCharacters) break;
    if (cursor === undefined) return tools;
  }
  throw new LocalizedError("server_too_many_tools", {
    en: [
      `The server has more tools than anybody can use: ${tools.length} in ${characters} characters, and more`,
      "Use a server with fewer tools.",
    ],
    ko: [
      `서버의 도구가 쓸 수 없을 만큼 많습니다: ${tools.length}개, ${characters}자를 넘음`,
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
