import type { ToolResultBlock } from "../converse-request.ts";

const maximumLength = 3000;
const maximumDepth = 3;

/**
 * The words of a tool's result: its text; failing that, its JSON, laid out as a list. Text that is
 * JSON itself is laid out as well.
 *
 * @param content the blocks of a toolResult
 * @returns at most 3,000 characters and a remark about the rest
 */
export function textOfResult(content: ToolResultBlock["content"]): string {
  const texts = content.flatMap(({ text }) =>
    text === undefined ? [] : layOutIfJson(text.trim()),
  );
  const parts = texts.some((text) => text !== "")
    ? texts
    : content.flatMap(({ json }) => (json === undefined ? [] : layOut(json, 0)));
  const text = parts.filter((part) => part !== "").join("\n\n");
  return text.length > maximumLength
    ? `${text.slice(0, maximumLength).trimEnd()}… (${text.length})`
    : text;
}

function layOutIfJson(text: string): string {
  if (!/^[{[]/.test(text)) return text;
  try {
    return layOut(JSON.parse(text), 0);
  } catch {
    return text;
  }
}

function layOut(value: unknown, depth: number): string {
  if (value === null || typeof value !== "object") return String(value);
  if (depth >= maximumDepth) return JSON.stringify(value);
  const indent = "  ".repeat(depth);
  const line = (label: string, inner: unknown) => {
    const isNested = typeof inner === "object" && inner !== null && Object.keys(inner).length > 0;
    return `${indent}- ${label}${isNested ? `\n${layOut(inner, depth + 1)}` : plain(inner)}`;
  };
  return Array.isArray(value)
    ? value.map((item) => line("", item)).join("\n")
    : Object.entries(value)
        .map(([key, inner]) => line(`${key}: `, inner))
        .join("\n");
}

function plain(value: unknown): string {
  return typeof value === "object" && value !== null ? "" : String(value);
}
