import { blankLine, columnsOfLine, fitLine, type Line, type Style, span } from "./frame.ts";
import type { ToolArgument } from "./model.ts";
import type { Entry, ListEntry, ToolEntry } from "./transcript.ts";
import { columnsOf } from "./width.ts";
import { wrapWords } from "./wrap.ts";

/** Every line begins with a gutter: a blank, a sign for who speaks, a blank. */
const gutter = 3;
/** Longer lines are hard to read. */
const widestText = 100;
const resultLines = 3;

const cache = new WeakMap<Entry, { columns: number; lines: readonly Line[] }>();

/**
 * The lines that show an entry, the blank line before it included. Remembered for as long as the
 * entry lives, since most of a conversation does not change between two frames.
 *
 * @param entry what was said or done
 * @param columns how wide the screen is
 */
export function linesOfEntry(entry: Entry, columns: number): readonly Line[] {
  const remembered = cache.get(entry);
  if (remembered?.columns === columns) return remembered.lines;
  const lines = layOut(entry, columns);
  cache.set(entry, { columns, lines });
  return lines;
}

function layOut(entry: Entry, columns: number): readonly Line[] {
  const width = textWidth(columns);
  switch (entry.kind) {
    case "question":
      return [blankLine, ...signed("›", "accent", wrapWords(entry.text, width), "question")];
    case "answer": {
      const lines = entry.lines.flatMap((line) => wrapWords(line, width));
      return [...(entry.continues ? [] : [blankLine]), ...signed(" ", "plain", lines, "plain")];
    }
    case "tool":
      return [blankLine, ...toolLines(entry, columns)];
    case "notice":
      return [blankLine, ...signed("·", "dim", wrapWords(entry.text, width), "dim")];
    case "error":
      return [
        blankLine,
        ...signed("✗", "error", wrapWords(entry.problem.message, width), "error"),
        ...signed(" ", "plain", wrapWords(entry.problem.hint, width), "plain"),
      ];
    case "list":
      return [blankLine, ...listLines(entry, width)];
  }
}

/**
 * How wide text may be beside the gutter.
 *
 * @param columns how wide the screen is
 */
export function textWidth(columns: number): number {
  return Math.max(2, Math.min(widestText, columns - gutter - 1));
}

function signed(sign: string, signStyle: Style, texts: readonly string[], style: Style): Line[] {
  return texts.map((text, index) => [
    span(index === 0 ? ` ${sign} ` : "   ", signStyle),
    span(text, style),
  ]);
}

const toolSigns: Record<ToolEntry["state"], { sign: string; style: Style; word: string }> = {
  waiting: { sign: "?", style: "warning", word: "waits for you" },
  running: { sign: "○", style: "accent", word: "running" },
  ok: { sign: "✓", style: "success", word: "" },
  error: { sign: "✗", style: "error", word: "failed" },
  declined: { sign: "–", style: "warning", word: "declined" },
  stopped: { sign: "–", style: "warning", word: "stopped" },
};

function toolLines(entry: ToolEntry, columns: number): Line[] {
  const { sign, style, word } = toolSigns[entry.state];
  const width = textWidth(columns);
  const hasDuration = entry.state === "ok" || entry.state === "error";
  const outcome = [word, hasDuration ? formatDuration(entry.durationMilliseconds) : ""]
    .filter((part) => part !== "")
    .join(" ");
  const name = [span(entry.tool, "strong")];
  const end = outcome === "" ? [] : [span("  "), span(outcome, word === "" ? "dim" : style)];
  const oneLine = formatArguments(entry.arguments);
  const call = [...name, span(oneLine === "" ? "" : `  ${oneLine}`, "dim"), ...end];
  const head = [span(` ${sign} `, style)];
  const lines: Line[] =
    columnsOfLine(call) <= width
      ? [[...head, ...call]]
      : [
          fitLine([...head, ...name, ...end], columns),
          ...signed(" ", "plain", argumentLines(entry.arguments, width), "dim"),
        ];
  return [...lines, ...signed(" ", "plain", resultPreview(entry, width), "dim")];
}

function resultPreview(entry: ToolEntry, width: number): string[] {
  const text = entry.result.trim();
  if (text === "") return [];
  const lines = wrapWords(text, width);
  const shown = entry.state === "error" ? 2 * resultLines : resultLines;
  if (lines.length <= shown + 1) return lines;
  return [...lines.slice(0, shown), `… ${lines.length - shown} lines more`];
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

function listLines(entry: ListEntry, width: number): Line[] {
  const nameWidth = Math.min(
    Math.max(...entry.rows.map(({ name }) => columnsOf(name)), 0),
    Math.floor(width / 2),
  );
  const rows = entry.rows.flatMap(({ name, text }): Line[] => {
    const isNarrow = columnsOf(name) > nameWidth;
    const texts = wrapWords(text, Math.max(2, width - nameWidth - 2));
    const indent = " ".repeat(gutter + nameWidth + 2);
    const first = `${name}${" ".repeat(Math.max(0, nameWidth - columnsOf(name)) + 2)}`;
    if (isNarrow) {
      return [
        fitLine([span("   "), span(name, "accent")], width + gutter),
        ...texts.map((line) => [span(indent), span(line)]),
      ];
    }
    return texts.map((line, index) =>
      index === 0 ? [span("   "), span(first, "accent"), span(line)] : [span(indent), span(line)],
    );
  });
  return [...signed("·", "accent", wrapWords(entry.title, width), "strong"), ...rows];
}
