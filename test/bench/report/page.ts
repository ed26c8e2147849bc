import type { Results, Section } from "./results.ts";
import { cellsOf, goalCells } from "./table.ts";

const begin = "<!-- Written by make bench ARGS=--docs: from here -->";
const end = "<!-- to here -->";

/**
 * Puts what was measured into a page, between its two marks.
 *
 * @param page the text of the page
 * @throws when it has no such marks
 */
export function writeIntoPage(page: string, results: Results): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page lacks its marks: ${begin} and ${end}`);
  return `${page.slice(0, from)}${begin}\n\n${tablesOf(results)}\n${page.slice(to)}`;
}

function tablesOf(results: Results): string {
  const { machine, takenAt, goals, sections } = results;
  const goalTable = markdownTable(["goal", "reached", "wanted", ""], goals.map(goalCells));
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}. ${
      machine.pinned
        ? "The measured program had one core for itself, the load another."
        : "Not pinned to cores."
    } Load average ${machine.loadBefore.toFixed(1)} before. Taken ${takenAt.slice(0, 10)}.`,
    "![Authenticated tool calls per second, this server beside its peers](images/performance.svg)",
    goalTable,
    ...sections.map(sectionOf),
  ].join("\n\n");
}

function sectionOf(section: Section): string {
  const headings = ["", ...section.columns.map(({ title }) => title)];
  const notes = section.notes.length > 0 ? `\n\n${section.notes.join("\n")}` : "";
  return `### ${section.title}\n\n${markdownTable(headings, cellsOf(section))}${notes}`;
}

function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = `|${headings.map((_, column) => (column === 0 ? "---" : "---:")).join("|")}|`;
  return [line(headings), rule, ...rows.map(line)].join("\n");
}
