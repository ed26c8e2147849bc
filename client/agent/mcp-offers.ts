import { AppError } from "@cleanauth/common/app-error.ts";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { UriTemplate } from "@modelcontextprotocol/sdk/shared/uriTemplate.js";
import {
  ErrorCode,
  McpError,
  type Prompt as McpPrompt,
  type Resource as McpResource,
  type ResourceTemplate as McpResourceTemplate,
} from "@modelcontextprotocol/sdk/types.js";
import { LocalizedError } from "../localized-error.ts";
import { stripToLine } from "../terminal-text.ts";
import { type ListedPages, listPages } from "./list-pages.ts";
import type { Listing, Prompt, PromptArgument, Resource } from "./offers.ts";

const longestName = 256;
const longestUri = 2_000;
const longestDescription = 500;
/** More than a person fills in. */
const mostFields = 20;

/**
 * Lists a server's prompts; none when it has said that it has none.
 *
 * @param timeoutMilliseconds how long all of them together may take
 */
export function listPrompts(client: Client, timeoutMilliseconds: number) {
  if (client.getServerCapabilities()?.prompts === undefined)
    return listed(Promise.resolve(nothing));
  return listed(
    listPages(async (parameters, options) => {
      const { prompts, nextCursor } = await client.listPrompts(parameters, options);
      return { listed: prompts.length, items: prompts.flatMap(toPrompt), nextCursor };
    }, timeoutMilliseconds),
  );
}

/** The same for a server's resources and, behind them, the templates of resources. */
export function listResources(client: Client, timeoutMilliseconds: number) {
  if (client.getServerCapabilities()?.resources === undefined) {
    return listed(Promise.resolve(nothing));
  }
  const resources = listPages(async (parameters, options) => {
    const page = await client.listResources(parameters, options);
    const items = page.resources.flatMap(toResource);
    return { listed: page.resources.length, items, nextCursor: page.nextCursor };
  }, timeoutMilliseconds);
  const templates = listPages(async (parameters, options) => {
    const page = await client.listResourceTemplates(parameters, options);
    const items = page.resourceTemplates.flatMap(toTemplate);
    return { listed: page.resourceTemplates.length, items, nextCursor: page.nextCursor };
  }, timeoutMilliseconds).catch((error: unknown) => {
    // A server need not know what a template is.
    if (error instanceof McpError && error.code === ErrorCode.MethodNotFound) return nothing;
    throw error;
  });
  return listed(
    Promise.all([resources, templates]).then(([one, other]) => ({
      items: [...one.items, ...other.items],
      characters: 0,
      isCut: one.isCut || other.isCut,
    })),
  );
}

/**
 * The address of a resource.
 *
 * @param uri an address, or a template that this program has listed
 * @param values what was filled in
 */
export function expandUri(uri: string, values: Readonly<Record<string, string>>): string {
  return Object.keys(values).length === 0 ? uri : new UriTemplate(uri).expand({ ...values });
}

const nothing: ListedPages<never> = { items: [], characters: 0, isCut: false };

/** A list that cannot be read is no reason to leave a server: whoever looks for it is told why. */
async function listed<Item>(pages: Promise<ListedPages<Item>>): Promise<Listing<Item>> {
  try {
    const { items, isCut } = await pages;
    return { state: "listed", items, isCut };
  } catch (error) {
    return { state: "failed", error: listError(error) };
  }
}

function listError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const said =
    error instanceof McpError
      ? stripToLine(error.message.replace(/^(MCP error -?\d+: )+/, ""))
      : "";
  return new LocalizedError("server_list_unreadable", {
    en: [
      said === "" ? "The server's list is not as MCP has it" : `The server gave no list: ${said}`,
      "Ask whoever runs the server; everything else goes on.",
    ],
    ko: [
      said === ""
        ? "서버의 목록이 MCP 형식에 맞지 않습니다"
        : `서버가 목록을 주지 않았습니다: ${said}`,
      "서버 운영자에게 문의하세요. 나머지 기능은 계속 쓸 수 있습니다.",
    ],
  });
}

/** A name that could do something to a terminal cannot be called by it, and is left out. */
function isPlain(name: string, most: number): boolean {
  return name !== "" && name.length <= most && stripToLine(name, most) === name;
}

function toPrompt({
  name,
  title = "",
  description = "",
  arguments: given = [],
}: McpPrompt): Prompt[] {
  if (!isPlain(name, longestName) || given.length > mostFields) return [];
  if (!given.every((argument) => isPlain(argument.name, longestName))) return [];
  return [
    {
      name,
      description: described(title === name ? "" : title, description),
      arguments: given.map((argument) => ({
        name: argument.name,
        description: stripToLine(argument.description ?? "", 200),
        required: argument.required === true,
      })),
    },
  ];
}

function toResource({ uri, mimeType = "", size, ...shown }: McpResource): Resource[] {
  if (!isPlain(uri, longestUri)) return [];
  const bytes = typeof size === "number" && size >= 0 ? size : null;
  return [
    { uri, ...shownParts(shown), mimeType: stripToLine(mimeType, 100), bytes, variables: [] },
  ];
}

function toTemplate({ uriTemplate, mimeType = "", ...shown }: McpResourceTemplate): Resource[] {
  const variables = isPlain(uriTemplate, longestUri) ? variablesOf(uriTemplate) : [];
  if (variables.length === 0 || variables.length > mostFields) return [];
  const type = stripToLine(mimeType, 100);
  return [{ uri: uriTemplate, ...shownParts(shown), mimeType: type, bytes: null, variables }];
}

function shownParts(shown: {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
}) {
  return { description: described(shown.title ?? shown.name, shown.description ?? "") };
}

/** What a template asks for; a part of the query may be left out (RFC 6570, section 3.2.8). */
function variablesOf(uriTemplate: string): PromptArgument[] {
  try {
    const names = [...new Set(new UriTemplate(uriTemplate).variableNames)];
    if (!names.every((name) => isPlain(name, longestName))) return [];
    const query = [...uriTemplate.matchAll(/\{[?&]([^}]*)\}/g)].map(([, inner]) => inner).join();
    const optional = query.split(",").map((name) => name.replace(/\*$|:\d+$/, ""));
    return names.map((name) => ({ name, description: "", required: !optional.includes(name) }));
  } catch {
    return [];
  }
}

/** `Title: description`, as far as both are there and say something. */
function described(title: string, description: string): string {
  const parts = [stripToLine(title, 100), stripToLine(description, longestDescription)];
  return parts.filter((part, index) => part !== "" && parts.indexOf(part) === index).join(": ");
}
