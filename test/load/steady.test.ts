import { setTimeout as sleep } from "node:timers/promises";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSessions, whoamiCalls } from "./callers.ts";
import { isSoak, tell } from "./effort.ts";
import { type LoadedServer, startLoadedServer } from "./loaded-server.ts";
import { makePacedCalls, percentileOf } from "./paced-calls.ts";

const minutes = isSoak ? 10 : 1;

let pool: TestUserPool;
beforeAll(async () => {
  pool = await startUserPool();
});
afterAll(() => pool.close());

describe(`half of the most that this machine can do, for ${minutes} minute(s)`, () => {
  it(
    "is answered without a failure, in memory that does not grow",
    async () => {
      const server = await startLoadedServer(pool);
      const callers = await openSessions(server.base, pool, 50);
      const most = await findMost(server, callers);
      const callsPerSecond = Math.floor(most / 2);

      const used: number[] = [];
      const controller = new AbortController();
      const sampling = sample(server, used, controller.signal);
      const pace = { callsPerSecond, seconds: minutes * 60 };
      const result = await makePacedCalls(whoamiCalls(server.base, callers, pace));
      controller.abort();
      await sampling;

      expect(result.failures).toEqual({});
      // What is left after a garbage collection is the least of many samples. The first part is left
      // out, in which code is compiled and caches fill.
      const third = Math.floor(used.length / 3);
      const before = Math.min(...used.slice(third, 2 * third));
      const after = Math.min(...used.slice(2 * third));
      const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
      tell(
        `most: about ${most} calls/s with the load on the same machine; held: ${callsPerSecond}/s`,
      );
      tell(
        `${result.calls} calls; p50 ${percentileOf(result.milliseconds, 0.5).toFixed(1)} ms, p99 ${percentileOf(result.milliseconds, 0.99).toFixed(1)} ms`,
      );
      tell(`least heap in use: ${mib(before)} in the second third, ${mib(after)} in the last`);
      expect(after).toBeLessThan(before * 1.1 + 2 * 2 ** 20);
    },
    15 * 60_000,
  );
});

/** Finds what a second can take: as many calls as are answered when more are asked for. */
async function findMost(
  server: LoadedServer,
  callers: Awaited<ReturnType<typeof openSessions>>,
): Promise<number> {
  let most = 0;
  for (const callsPerSecond of [500, 1_000, 2_000, 4_000, 8_000]) {
    const startedAt = performance.now();
    const plan = whoamiCalls(server.base, callers, { callsPerSecond, seconds: 3 });
    const { milliseconds, failures } = await makePacedCalls(plan);
    expect(failures).toEqual({});
    const answered = (milliseconds.length * 1000) / (performance.now() - startedAt);
    most = Math.max(most, answered);
    if (answered < callsPerSecond * 0.85) break;
  }
  return Math.floor(most);
}

async function sample(server: LoadedServer, used: number[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    used.push(await server.metric("nodejs_heap_size_used_bytes"));
    await sleep(250, undefined, { signal }).catch(() => {});
  }
}
