import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem, type } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { startLoadGenerator } from "./load/load-generator.ts";
import { agent } from "./parts/agent.ts";
import { authorization } from "./parts/authorization.ts";
import { bootstrap } from "./parts/bootstrap.ts";
import { gateway } from "./parts/gateway.ts";
import { halfLoad } from "./parts/half-load.ts";
import { http } from "./parts/http.ts";
import { memory } from "./parts/memory.ts";
import type { Bench, Part } from "./parts/part.ts";
import { screen } from "./parts/screen.ts";
import { signInForm } from "./parts/sign-in-form.ts";
import { sse } from "./parts/sse.ts";
import { start } from "./parts/start.ts";
import { web } from "./parts/web.ts";
import { writeDocs } from "./report/docs.ts";
import type { Measured, Results } from "./report/results.ts";
import { formatResults } from "./report/table.ts";
import { pinsCores } from "./rig/cores.ts";
import { resultsFolder } from "./rig/places.ts";

const parts: readonly Part[] = [
  http,
  sse,
  halfLoad,
  authorization,
  memory,
  start,
  agent,
  screen,
  web,
  signInForm,
  gateway,
  bootstrap,
];

const usage = `Usage: make bench ARGS="[--only PART,…] [--quick]"
       make bench ARGS=--docs

Measures this project beside its peers, in one run on one machine, in less than ten minutes. Prints a
table and writes it as JSON to test/bench/results/. With --docs it measures nothing: it writes the
newest whole run into docs/performance.md, docs/performance.ko.md and their chart.

Parts:
${parts.map(({ name, about }) => `  ${name.padEnd(11)} ${about}`).join("\n")}
`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    quick: { type: "boolean", default: false },
    docs: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  console.log(usage);
  process.exit(0);
}
if (options.docs) {
  console.log(writeDocs());
  process.exit(0);
}
const wanted = options.only?.split(",") ?? parts.map(({ name }) => name);
const unknown = wanted.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}.\n\n${usage}`);
  process.exit(2);
}

let said = "";
const startedAt = new Date();
const [loadBefore = 0] = loadavg();
const bench: Bench = {
  pool: await startUserPool(),
  load: startLoadGenerator(),
  folder: mkdtempSync(join(tmpdir(), "cleanauth-bench-")),
  isQuick: options.quick,
  say,
};
const measured: Measured[] = [];
const failed: string[] = [];
try {
  for (const part of parts) {
    if (!wanted.includes(part.name)) continue;
    // What the other parts measured in their minutes is worth having all the same.
    try {
      measured.push(await part.measure(bench));
    } catch (error) {
      failed.push(part.name);
      console.error(`\n${part.name} failed:`, error);
    }
  }
} finally {
  say("");
  await Promise.all([bench.load.stop(), bench.pool.close()]);
  rmSync(bench.folder, { recursive: true, force: true });
}

const results: Results = {
  takenAt: startedAt.toISOString(),
  machine: {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    pinned: pinsCores,
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
  },
  isQuick: options.quick,
  isWhole: options.only === undefined && !options.quick && failed.length === 0,
  goals: measured.flatMap(({ goals }) => goals),
  sections: measured.flatMap(({ sections }) => sections),
};
mkdirSync(resultsFolder, { recursive: true });
const file = join(resultsFolder, `${results.takenAt.replaceAll(":", "-").slice(0, 19)}.json`);
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
console.log(formatResults(results));
console.log(`Took ${Math.round((Date.now() - startedAt.getTime()) / 1000)} s. Written to ${file}`);
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(", ")}. This is no whole run.`);
  process.exitCode = 1;
}

/** On a terminal the line is overwritten by the next one; elsewhere there is one for each `text`. */
function say(text: string, detail = ""): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text} ${detail}`);
  else if (text !== said && text !== "") process.stderr.write(`${text}\n`);
  said = text;
}
