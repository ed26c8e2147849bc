import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { stripControlCharacters } from "../terminal-text.ts";
import type { ToolResult } from "./agent.ts";

/** A longer result is cut: it would fill the model's window, and nobody reads it. */
export const longestText = 100_000;

/** Structured content that is nested deeper than this is left out below. */
const deepestLevel = 40;

/**
 * Reduces a tool's result to text and structured content, both without control characters.
 *
 * @param result what the server answered
 */
export function toToolResult(result: CallToolResult): ToolResult {
  const text = cutText(result.content.map(textOf).join("\n"));
  const structured = structuredContentOf(result);
  return {
    isError: result.isError === true,
    text: text === "" && structured !== null ? cut(JSON.stringify(structured)) : text,
    ...(structured === null ? {} : { structuredContent: structured }),
  };
}

/** A failure of the call itself, worded for the model and the user. */
export function failedResult(text: string): ToolResult {
  return { isError: true, text: cutText(text) };
}

function structuredContentOf(result: CallToolResult): Readonly<Record<string, unknown>> | null {
  if (result.structuredContent === undefined) return null;
  const structured = stripDeep(result.structuredContent, 0) as Record<string, unknown>;
  return JSON.stringify(structured).length > longestText ? null : structured;
}

function textOf(block: CallToolResult["content"][number]): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "image":
    case "audio":
      return `[${block.type}, ${block.mimeType}, ${Math.floor((block.data.length * 3) / 4)} bytes]`;
    case "resource":
      return "text" in block.resource ? block.resource.text : `[resource ${block.resource.uri}]`;
    case "resource_link":
      return `[resource ${block.uri}]`;
  }
}

function stripDeep(value: unknown, level: number): unknown {
  if (typeof value === "string") return stripControlCharacters(value);
  if (typeof value !== "object" || value === null) return value;
  if (level === deepestLevel) return "…";
  if (Array.isArray(value)) return value.map((item) => stripDeep(item, level + 1));
  const entries = Object.entries(value).map(([key, item]) => [
    stripControlCharacters(key),
    stripDeep(item, level + 1),
  ]);
  return Object.fromEntries(entries);
}

/** A server's text without control characters, and not longer than anybody reads. */
export function cutText(text: string): string {
  // What will not be shown need not be looked through.
  const looked = text.slice(0, 2 * longestText);
  return cut(stripControlCharacters(looked), text.length - looked.length);
}

/** @param more how many characters there are beside the text */
function cut(text: string, more = 0): string {
  const left = Math.max(0, text.length - longestText) + more;
  if (left === 0) return text;
  // Not through the middle of a surrogate pair.
  return `${text.slice(0, longestText).replace(/[\ud800-\udbff]$/, "")}\n[${left} more characters were left out]`;
}
