import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { recentNode } from "../support/recent-node.ts";

/** What one run of the suite came to, in its checks. */
export interface SuiteOutcome {
  readonly passed: number;
  readonly failed: number;
  /** Whether nothing failed but what was expected to, and everything that was expected to. */
  readonly isAsExpected: boolean;
}

const { resolve } = createRequire(import.meta.url);
const suite = join(dirname(resolve("@modelcontextprotocol/conformance/package.json")), "dist");

/**
 * Runs the official suite, whose output goes to this process's.
 *
 * @param mode what is tested
 * @param options the suite's own
 * @param expected whose expected failures count
 * @throws AppError `configuration_node` when no Node of this machine is new enough for the suite
 */
export async function runSuite(
  mode: "server" | "client",
  options: readonly string[],
  expected: string = mode,
): Promise<SuiteOutcome> {
  const { output, code } = await run([
    mode,
    ...options,
    "--expected-failures",
    join(import.meta.dirname, `expected-failures-${expected}.yml`),
    "--output-dir",
    join(import.meta.dirname, "results"),
  ]);
  process.stdout.write(output);
  // Of many scenarios, and of one.
  const [, passed, failed] =
    /^Total: (\d+) passed, (\d+) failed/m.exec(output) ??
    /^Passed: (\d+)\/\d+, (\d+) failed/m.exec(output) ??
    [];
  if (passed === undefined || failed === undefined) {
    throw new Error(`The suite ended with code ${code} and without a total`);
  }
  return { passed: Number(passed), failed: Number(failed), isAsExpected: code === 0 };
}

/** The names of the client scenarios, in the suite's order. */
export interface ClientScenarios {
  readonly spoken: readonly string[];
  /** Those of specifications alone that this client does not speak. */
  readonly unspoken: readonly string[];
}

/**
 * What the client speaks, in the suite's words: the specification of that date, what is drafted for the next
 * one, and the extensions. Scenarios of the dates before are among them wherever they still hold.
 */
const spokenSpecifications = ["2025-11-25", "draft", "extension"];

/** Sorts the suite's client scenarios by whether the client speaks their specification. */
export async function listClientScenarios(): Promise<ClientScenarios> {
  const all = await list([]);
  const spoken = new Set<string>();
  for (const version of spokenSpecifications) {
    for (const name of await list(["--spec-version", version])) spoken.add(name);
  }
  return {
    spoken: all.filter((name) => spoken.has(name)),
    unspoken: all.filter((name) => !spoken.has(name)),
  };
}

async function list(options: readonly string[]): Promise<string[]> {
  const { output } = await run(["list", "--client", ...options]);
  return [...output.matchAll(/^ {2}- (\S+)/gm)].map(([, name = ""]) => name);
}

function run(args: readonly string[]): Promise<{ output: string; code: number | null }> {
  const node = recentNode("The conformance suite");
  const child = spawn(node, [join(suite, "index.js"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    // The client's notices would stand between the results.
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  });
  let output = "";
  // The totals are on one or the other.
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((fulfil, reject) => {
    child.once("error", reject);
    child.once("close", (code) => fulfil({ output, code }));
  });
}
