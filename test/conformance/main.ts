import { join } from "node:path";
import { formatError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { startHttpUpstream } from "./fixture/http-upstream.ts";
import { legacyScenarios } from "./legacy-scenarios.ts";
import { startServerUnderTest } from "./server-under-test.ts";
import { listClientScenarios, runSuite, type SuiteOutcome } from "./suite.ts";

// `make conformance`: the official suite against this project's server, against servers behind it, and
// against its client. ARGS="server", ARGS="gateway" or ARGS="client" runs one part.

const stdioFixture = join(import.meta.dirname, "fixture/stdio-main.ts");

const parts: Readonly<Record<string, () => Promise<SuiteOutcome[]>>> = {
  server: async () => [await runServerScenarios("server")],
  async gateway() {
    // What a process of one user logs goes to that user, as the scenarios want it.
    const cleanauth = { process: "per-user" };
    const args = ["--import", import.meta.resolve("tsx"), stdioFixture];
    const overStdio = { command: process.execPath, args, cleanauth };
    const outcomes = [await runServerScenarios("gateway", overStdio)];
    const http = await startHttpUpstream();
    try {
      outcomes.push(await runServerScenarios("gateway", { url: http.url, cleanauth }));
    } finally {
      await http.stop();
    }
    return outcomes;
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

/**
 * @param expected whose expected failures count
 * @param upstream what stands behind the gateway; nothing where the server itself is under test
 */
async function runServerScenarios(expected: string, upstream?: object): Promise<SuiteOutcome> {
  const server = await startServerUnderTest(upstream);
  try {
    return await runSuite("server", ["--url", server.url, "--suite", "all"], expected);
  } finally {
    await server.stop();
  }
}

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
