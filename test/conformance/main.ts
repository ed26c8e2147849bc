import { formatError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { legacyScenarios } from "./legacy-scenarios.ts";
import { startServerUnderTest } from "./server-under-test.ts";
import { listClientScenarios, runSuite, type SuiteOutcome } from "./suite.ts";

// `make conformance`: the official suite against this project's server and client. ARGS="server" or
// ARGS="client" runs one half.

const parts: Readonly<Record<string, () => Promise<SuiteOutcome[]>>> = {
  async server() {
    const server = await startServerUnderTest();
    try {
      return [await runSuite("server", ["--url", server.url, "--suite", "all"])];
    } finally {
      await server.stop();
    }
  },
  async client() {
    const command = "node --import tsx test/conformance/client-main.ts";
    const outcomes: SuiteOutcome[] = [];
    // One after the other: they share the ports that the client is sent back to.
    const { spoken, unspoken } = await listClientScenarios();
    tellUnspoken(unspoken);
    for (const scenario of spoken) {
      outcomes.push(await runSuite("client", ["--command", command, "--scenario", scenario]));
    }
    return outcomes;
  },
};

/** Whatever the suite comes to leave out has to be looked at by somebody first. */
function tellUnspoken(scenarios: readonly string[]): void {
  for (const name of scenarios) {
    const reason = legacyScenarios.get(name);
    if (reason === undefined) throw new Error(`Nobody has said why ${name} is not to be run`);
    console.log(`not run: ${name}, of 2025-03-26 alone: ${reason}`);
  }
}

try {
  const wanted = process.argv.slice(2);
  const outcomes: SuiteOutcome[] = [];
  for (const [name, run] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n##### ${name}`);
    outcomes.push(...(await run()));
  }
  const unexpected = outcomes.filter(({ isAsExpected }) => !isAsExpected);
  const expected = outcomes.filter(({ isAsExpected, failed }) => isAsExpected && failed > 0);
  const failed = unexpected.reduce((sum, it) => sum + Math.max(it.failed, 1), 0);
  const passed = outcomes.reduce((sum, it) => sum + it.passed, 0);
  if (expected.length > 0) {
    const checks = expected.reduce((sum, it) => sum + it.failed, 0);
    console.log(
      `${expected.length} scenarios (${checks} checks) failed as expected: expected-failures-client.yml says why`,
    );
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = outcomes.length > 0 && unexpected.length === 0 ? 0 : 1;
} catch (error) {
  console.error(formatError(error));
  process.exitCode = exitCodeOf(error);
}
