import type { ToolResultBlock } from "../converse-request.ts";

const maximumLength = 3000;

/**
 * The words of a tool's result: its text; failing that, its JSON, laid out for reading. Text that is
 * JSON itself is laid out as well.
 *
 * @param content the blocks of a toolResult
 * @param none what stands for an empty list
 * @returns at most 3,000 characters, cut at a line where possible, and the full length
 */
export function textOfResult(content: ToolResultBlock["content"], none = "none"): string {
  const texts = content.flatMap(({ text }) =>
    text === undefined ? [] : layOutIfJson(text.trim(), none),
  );
  const parts = texts.some((text) => text !== "")
    ? texts
    : content.flatMap(({ json }) => (json === undefined ? [] : layOut(json, 0, none)));
  const text = parts.filter((part) => part !== "").join("\n\n");
  if (text.length <= maximumLength) return text;
  const cut = text.slice(0, maximumLength);
  const lastLine = cut.lastIndexOf("\n");
  const kept = lastLine > maximumLength / 2 ? cut.slice(0, lastLine) : cut.trimEnd();
  return `${kept}\n… (${kept.length} / ${text.length})`;
}

function layOutIfJson(text: string, none: string): string {
  if (!/^[{[]/.test(text)) return text;
  try {
    return layOut(JSON.parse(text), 0, none);
  } catch {
    return text;
  }
}

const maximumDepth = 3;
/** Longer texts get a line of their own. */
const longText = 60;
/** What names a thing in a list. */
const headings = ["name", "title", "event", "headline", "label", "subject", "text"];

/** A line for each property; the things of a list as bullets. */
function layOut(value: unknown, depth: number, none: string): string {
  if (!isContainer(value)) return wordsOf(value, none);
  if (depth >= maximumDepth) return JSON.stringify(value);
  const indent = "  ".repeat(depth);
  if (Array.isArray(value)) {
    return value.map((item) => `${indent}- ${bulletOf(item, depth, none)}`).join("\n");
  }
  return Object.entries(value)
    .filter(([, inner]) => inner !== null)
    .map(([key, inner]) => `${indent}${propertyOf(key, inner, depth, none)}`)
    .join("\n");
}

function propertyOf(key: string, value: unknown, depth: number, none: string): string {
  const label = labelOf(key);
  if (!isContainer(value)) return `${label}: ${wordsOf(value, none)}`;
  const items: unknown[] = Object.values(value);
  if (items.length === 0) return `${label}: ${none}`;
  const isShort = items.every((item) => !isContainer(item) && String(item).length <= 40);
  if (Array.isArray(value) && isShort) return `${label}: ${value.join(", ")}`;
  return `${label}:\n${layOut(value, depth + 1, none)}`;
}

/** `Tuesday — temperature: 72; wind: SW 5 mph`, and long texts below. */
function bulletOf(item: unknown, depth: number, none: string): string {
  if (!isContainer(item) || Array.isArray(item)) return layOut(item, depth + 1, none).trimStart();
  const properties = Object.entries(item).filter(([, inner]) => inner !== null);
  const head = properties.find(([key, inner]) => headings.includes(key) && !isContainer(inner));
  const others = properties.filter((property) => property !== head);
  const isLine = (inner: unknown) => !isContainer(inner) && String(inner).length <= longText;
  const line = others
    .filter(([, inner]) => isLine(inner))
    .map(([key, inner]) => `${labelOf(key)}: ${wordsOf(inner, none)}`)
    .join("; ");
  const below = others
    .filter(([, inner]) => !isLine(inner))
    .map(([key, inner]) => `\n${"  ".repeat(depth + 1)}${propertyOf(key, inner, depth + 1, none)}`)
    .join("");
  const first =
    head === undefined ? line : [wordsOf(head[1], none), line].filter(Boolean).join(" — ");
  return `${first}${below}`;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function wordsOf(value: unknown, none: string): string {
  return value === null || value === "" ? none : String(value);
}

/** `updatedAt` and `updated_at` read `updated at`. */
function labelOf(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
    .replaceAll("_", " ");
}
