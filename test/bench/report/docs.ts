import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resultsFolder, root } from "../rig/places.ts";
import { drawChart } from "./chart.ts";
import { writeIntoPage } from "./page.ts";
import type { Results } from "./results.ts";

const pages = ["docs/performance.md", "docs/performance.ko.md"];
const chart = "docs/images/performance.svg";
/** The run that the pages show; the only one that is kept in the repository. */
const shown = "shown.json";

/**
 * Writes the newest whole run into the pages and draws their chart.
 *
 * @returns what was written from what
 * @throws when there is no whole run
 */
export function writeDocs(): string {
  const names = readdirSync(resultsFolder).filter((name) => /^\d{4}-.*\.json$/.test(name));
  const runs = names
    .sort()
    .reverse()
    .map((name) => join(resultsFolder, name));
  const newest = runs.find((file) => read(file).isWhole);
  if (newest === undefined) throw new Error("There is no whole run yet: make bench");
  const results = read(newest);
  for (const page of pages) {
    const file = join(root, page);
    writeFileSync(file, writeIntoPage(readFileSync(file, "utf8"), results));
  }
  writeFileSync(join(root, chart), drawChart(results, "cleanauth"));
  copyFileSync(newest, join(resultsFolder, shown));
  return `Wrote ${newest} into ${pages.join(", ")} and ${chart}`;
}

function read(file: string): Results {
  return JSON.parse(readFileSync(file, "utf8")) as Results;
}
