import { AppError } from "@cleanauth/common/app-error.ts";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Tool as McpTool } from "@modelcontextprotocol/sdk/types.js";
import { stripControlCharacters, stripToLine } from "../terminal-text.ts";
import type { Tool } from "./agent.ts";

const mostPages = 100;
const mostTools = 1_000;

/**
 * Lists a server's tools, page after page.
 * https://modelcontextprotocol.io/specification/2025-11-25/server/tools#listing-tools
 *
 * @param client a connected client
 * @param timeoutMilliseconds how long each page may take
 * @returns the tools; none when the server has said that it has none
 * @throws AppError `server_too_many_tools` for a list without an end; whatever the SDK throws
 */
export async function listTools(
  client: Client,
  timeoutMilliseconds: number,
): Promise<readonly Tool[]> {
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const tools: McpTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages && tools.length <= mostTools; page += 1) {
    const parameters = cursor === undefined ? {} : { cursor };
    const listed = await client.listTools(parameters, { timeout: timeoutMilliseconds });
    tools.push(...listed.tools);
    cursor = listed.nextCursor;
    if (cursor === undefined) return tools.flatMap(toTool);
  }
  throw new AppError(
    "server_too_many_tools",
    `The server lists tools without end: ${tools.length} and more`,
    "Use a server with fewer tools.",
  );
}

/** A tool as it is used here; none when its name could do something to a terminal. */
function toTool(listed: McpTool): Tool[] {
  const { name, title, description, annotations, inputSchema } = listed;
  if (name === "" || stripToLine(name, 256) !== name) return [];
  const shownTitle = stripToLine(title ?? annotations?.title ?? "", 100);
  const readOnly = annotations?.readOnlyHint === true;
  return [
    {
      name,
      ...(shownTitle === "" ? {} : { title: shownTitle }),
      description: stripControlCharacters(description ?? ""),
      inputSchema,
      readOnly,
      // As the specification's default has it: what does not say that it is harmless is not.
      destructive: !readOnly && annotations?.destructiveHint !== false,
    },
  ];
}
