import { styleText } from "node:util";
import { type Goal, isReached, medianOf, type Results, type Section } from "./results.ts";

/** A table of the terminal, for all that was measured: the goals first. */
export function formatResults(results: Results): string {
  const { machine } = results;
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}`,
    machine.pinned
      ? "The measured program had one core, the load another."
      : "Programs were not pinned to cores (taskset and two cores are needed): figures vary more.",
    `Load average ${machine.loadBefore} before, ${machine.loadAfter} after${results.isQuick ? "; a quick run: one short round" : ""}`,
    "",
    ...table(["goal", "reached", "wanted", ""], results.goals.map(goalCells)),
  ];
  for (const section of results.sections) {
    const headings = ["", ...section.columns.map(({ title }) => title)];
    lines.push("", styleText("bold", section.title), ...table(headings, cellsOf(section)));
    lines.push(...section.notes.map((note) => `  ${note}`));
  }
  return `${lines.join("\n")}\n`;
}

/** What a goal comes to: what it is, what was reached, what was wanted, and whether it was. */
export function goalCells(goal: Goal): string[] {
  const { text, reached, bound, unit } = goal;
  const wanted = "atLeast" in bound ? `≥ ${bound.atLeast}` : `≤ ${bound.atMost}`;
  return [
    text,
    `${formatNumber(reached)} ${unit}`,
    `${wanted} ${unit}`,
    isReached(goal) ? "reached" : "MISSED",
  ];
}

/** The rows of a section: medians, with the smallest and largest value where there were rounds. */
export function cellsOf(section: Section): string[][] {
  return section.rows.map(({ subject, unit = "", values }) => [
    subject,
    ...section.columns.map(({ key }) => (key === "unit" ? unit : formatSpread(values[key] ?? []))),
  ]);
}

function formatSpread(values: readonly number[]): string {
  if (values.length === 0) return "–";
  const middle = formatNumber(medianOf(values));
  const [least, most] = [Math.min(...values), Math.max(...values)].map(formatNumber);
  return least === most ? middle : `${middle} (${least}–${most})`;
}

/** A number with as many digits as are worth reading. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString("en-US");
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? "").length)),
  );
  return all.map((row) =>
    `  ${row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")}`.trimEnd(),
  );
}
