import { columnsOfLine, fitLine, type Line, type Span, type Style, span } from "./frame.ts";
import { highlight } from "./markdown/highlight.ts";
import type { ToolArgument } from "./model.ts";
import type { Texts } from "./texts/texts.ts";
import type { ToolEntry } from "./transcript.ts";
import { wrapWords } from "./wrap.ts";
import { wrapCode } from "./wrap-spans.ts";

const previewLines = 3;

const signs: Record<ToolEntry["state"], { sign: string; style: Style }> = {
  waiting: { sign: "?", style: "warning" },
  running: { sign: "○", style: "accent" },
  ok: { sign: "✓", style: "success" },
  error: { sign: "✗", style: "error" },
  declined: { sign: "–", style: "warning" },
  stopped: { sign: "–", style: "warning" },
};

/**
 * A tool call: folded with its arguments on one line and the beginning of its result, open with all
 * of both and who called it.
 *
 * @param entry the call
 * @param width how wide text may be beside the gutter
 * @param texts the interface's words
 */
export function toolLines(entry: ToolEntry, width: number, texts: Texts["transcript"]): Line[] {
  const { sign, style } = signs[entry.state];
  const word = texts.toolState[entry.state];
  const hasDuration = entry.state === "ok" || entry.state === "error";
  const outcome = [
    word,
    hasDuration && entry.durationMilliseconds !== null
      ? formatDuration(entry.durationMilliseconds)
      : "",
    entry.state === "running" ? entry.progress : "",
  ].filter((part) => part !== "");
  const name = span(entry.tool, "strong");
  const end =
    outcome.length === 0 ? [] : [span("  "), span(outcome.join(" "), word === "" ? "dim" : style)];
  const head = span(` ${sign} `, style);
  if (entry.isOpen) {
    return [
      fitLine([head, name, ...end, span(`  ${texts.calledAs(entry.caller)}`, "dim")], width + 3),
      ...section(texts.arguments, openArguments(entry, width, texts)),
      ...(entry.result === "" ? [] : section(texts.result, openResult(entry.result, width))),
    ];
  }
  const oneLine = formatArguments(entry.arguments);
  const call = [name, span(oneLine === "" ? "" : `  ${oneLine}`, "dim"), ...end];
  const lines: Line[] =
    columnsOfLine(call) <= width
      ? [[head, ...call]]
      : [
          fitLine([head, name, ...end], width + 3),
          ...indented(previewOf(argumentLines(entry.arguments, width), previewLines, texts)),
        ];
  return [...lines, ...indented(resultPreview(entry, width, texts))];
}

function indented(texts: readonly string[]): Line[] {
  return texts.map((text) => [span("   "), span(text, "dim")]);
}

function section(title: string, lines: readonly Line[]): Line[] {
  return [
    [span("   "), span(title, "dim")],
    ...lines.map((line): Line => [span("   │ ", "border"), ...line]),
  ];
}

function openArguments(entry: ToolEntry, width: number, texts: Texts["transcript"]): Line[] {
  if (entry.arguments.length === 0) return [[span(texts.noArguments, "dim")]];
  return entry.arguments.flatMap(({ name, value }) =>
    wrapCode([span(`${name}: `, "name"), ...highlight(value, "json")], Math.max(2, width - 2)),
  );
}

function openResult(result: string, width: number): Line[] {
  return wrapCode(resultSpans(result.trimEnd()), Math.max(2, width - 2));
}

/** JSON is laid out and coloured; anything else stays as the tool wrote it. */
function resultSpans(result: string): Span[] {
  if (!/^\s*[[{]/.test(result)) return [span(result)];
  try {
    return highlight(JSON.stringify(JSON.parse(result), null, 2), "json");
  } catch {
    return [span(result)];
  }
}

function resultPreview(entry: ToolEntry, width: number, texts: Texts["transcript"]): string[] {
  const text = entry.result.trim();
  if (text === "") return [];
  const shown = entry.state === "error" ? 2 * previewLines : previewLines;
  return previewOf(wrapWords(text, width), shown, texts);
}

/** As many lines as are shown folded, and how many more there are. */
export function previewOf(lines: string[], shown: number, texts: Texts["transcript"]): string[] {
  if (lines.length <= shown + 1) return lines;
  return [...lines.slice(0, shown), texts.moreLines(lines.length - shown)];
}

/**
 * Arguments on one line, for reading along: `latitude: 37.77, longitude: -122.42`.
 *
 * @param toolArguments names and values
 */
export function formatArguments(toolArguments: readonly ToolArgument[]): string {
  return toolArguments.map(({ name, value }) => `${name}: ${value}`).join(", ");
}

/**
 * Arguments one below the other, whole, for deciding about them.
 *
 * @param toolArguments names and values
 * @param width how wide a line may be
 */
export function argumentLines(toolArguments: readonly ToolArgument[], width: number): string[] {
  return toolArguments.flatMap(({ name, value }) => wrapWords(`${name}: ${value}`, width));
}

/** `84 ms`, `1.2 s`, `3 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
