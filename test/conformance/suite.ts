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
 * @param expectedFailures file of what may fail, and then has to
 * @throws AppError `configuration_node` when no Node of this machine is new enough for the suite
 */
export function runSuite(
  mode: "server" | "client",
  options: readonly string[],
  expectedFailures: string,
): Promise<SuiteOutcome> {
  const results = join(import.meta.dirname, "results");
  const fixed = ["--expected-failures", expectedFailures, "--output-dir", results];
  const child = spawn(
    recentNode("The conformance suite"),
    [join(suite, "index.js"), mode, ...options, ...fixed],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  return new Promise((fulfil, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const [, passed, failed] = /^Total: (\d+) passed, (\d+) failed/m.exec(output) ?? [];
      if (passed === undefined || failed === undefined) {
        return reject(new Error(`The suite ended with code ${code} and without a total`));
      }
      fulfil({ passed: Number(passed), failed: Number(failed), isAsExpected: code === 0 });
    });
  });
}
