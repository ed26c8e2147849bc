import { join } from "node:path";
import { formatError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { startServerUnderTest } from "./server-under-test.ts";
import { runSuite, type SuiteOutcome } from "./suite.ts";

// `make conformance`: the official suite against this project's server and client. ARGS="server" or
// ARGS="client" runs one half.

const parts: Readonly<Record<string, () => Promise<SuiteOutcome[]>>> = {
  async server() {
    const server = await startServerUnderTest();
    try {
      const options = ["--url", server.url, "--suite", "all"];
      return [await runSuite("server", options, beside("expected-failures-server.yml"))];
    } finally {
      await server.stop();
    }
  },
};

try {
  const wanted = process.argv.slice(2);
  const outcomes: SuiteOutcome[] = [];
  for (const [name, run] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n##### ${name}`);
    outcomes.push(...(await run()));
  }
  const total = (of: "passed" | "failed") => outcomes.reduce((sum, it) => sum + it[of], 0);
  const isAsExpected = outcomes.length > 0 && outcomes.every((it) => it.isAsExpected);
  console.log(`${total("passed")} passed, ${total("failed")} failed`);
  if (!isAsExpected) console.error("Not as expected: see what the suite says above.");
  process.exitCode = isAsExpected ? 0 : 1;
} catch (error) {
  console.error(formatError(error));
  process.exitCode = exitCodeOf(error);
}

function beside(file: string): string {
  return join(import.meta.dirname, file);
}
