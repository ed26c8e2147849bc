import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CallerSession, openSessions, whoamiCalls } from "./callers.ts";
import { tell } from "./effort.ts";
import { type LoadedServer, startLoadedServer } from "./loaded-server.ts";
import { makePacedCalls, percentileOf } from "./paced-calls.ts";

const forgedPerSecond = 1_000;
const rounds = 4;
const seconds = 5;
/** Below this, a p99 tells of the machine's scheduler and not of the server. */
const unnoticedMilliseconds = 5;

let pool: TestUserPool;
beforeAll(async () => {
  pool = await startUserPool();
});
afterAll(() => pool.close());

describe(`a flood of ${forgedPerSecond} forged tokens a second`, () => {
  it("leaves the p99 of good callers within twice the quiet one", async () => {
    // The limits of production, which the good callers stay within.
    const settings = { RATE_LIMIT_PER_MINUTE: "1000" };
    const server = await startLoadedServer(pool, { settings });
    const callers = await openSessions(server.base, pool, 20);
    await p99Of(server, callers);
    const quiet: number[] = [];
    const flooded: number[] = [];
    // Taken in turns, so that what else the machine does falls on both.
    for (let round = 0; round < rounds; round += 1) {
      quiet.push(await p99Of(server, callers));
      const flood = startFlood(server.base, await pool.token());
      flooded.push(await p99Of(server, callers));
      const { calls, failures } = JSON.parse((await flood).stdout);
      expect(failures).toEqual({});
      expect(calls).toBeGreaterThan(forgedPerSecond);
    }
    const shown = (values: number[]) => values.map((value) => value.toFixed(1)).join(", ");
    tell(`p99 of good callers: quiet ${shown(quiet)} ms; flooded ${shown(flooded)} ms`);
    expect(medianOf(flooded)).toBeLessThan(2 * Math.max(medianOf(quiet), unnoticedMilliseconds));
  });
});

async function p99Of(server: LoadedServer, callers: readonly CallerSession[]): Promise<number> {
  const pace = { callsPerSecond: 100, seconds };
  const { milliseconds, failures } = await makePacedCalls(whoamiCalls(server.base, callers, pace));
  expect(failures).toEqual({});
  return percentileOf(milliseconds, 0.99);
}

function startFlood(base: string, token: string): Promise<{ stdout: string }> {
  const program = join(import.meta.dirname, "flood-main.ts");
  // A second longer than the measurement, which begins while the program starts.
  const plan = { base, token, callsPerSecond: forgedPerSecond, seconds: seconds + 1 };
  const args = ["--import", "tsx", program, JSON.stringify(plan)];
  return promisify(execFile)(process.execPath, args, { timeout: 60_000 });
}

function medianOf(values: readonly number[]): number {
  return percentileOf(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}
