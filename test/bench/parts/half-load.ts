import { openSessions, whoamiCalls } from "../../load/callers.ts";
import { makePacedCalls, percentileOf } from "../../load/paced-calls.ts";
import { onLoadCore } from "../rig/cores.ts";
import { startMeasured } from "../rig/measured-server.ts";
import { atMost, figuresSection } from "./figures.ts";
import type { Part } from "./part.ts";
import { contenders, enter } from "./servers.ts";

export const halfLoad: Part = {
  name: "half-load",
  about: "latency at half of the most that the server can answer",
  async measure(bench) {
    const [own] = await contenders(bench.pool);
    if (own === undefined) throw new Error("this project's own server is missing");
    bench.say("latency at half load");
    const server = await startMeasured(own, bench.pool, bench.folder);
    try {
      const seconds = bench.isQuick ? 2 : 5;
      const caller = await enter(own.hasSessions, server.base, await bench.pool.token());
      const rate = async () => {
        const { requestsPerSecond } = await bench.load.run({
          base: server.base,
          connections: 32,
          bound: { seconds },
          message: "tools/call",
          callers: [caller],
          callerChanges: "by-connection",
          expected: { status: 200, text: "Signed in as demo" },
        });
        return requestsPerSecond;
      };
      await rate();
      const most = await rate();
      const callers = await openSessions(server.base, bench.pool, 20);
      const callsPerSecond = Math.floor(most / 2);
      const call = async (seconds: number) => {
        const plan = whoamiCalls(server.base, callers, { callsPerSecond, seconds });
        const result = await makePacedCalls(plan);
        const { failures } = result;
        if (Object.keys(failures).length > 0) throw new Error(JSON.stringify(failures));
        return result;
      };
      const { milliseconds, calls } = await onLoadCore(async () => {
        // The program that calls has a first second, too, and it is not the server's.
        await call(seconds);
        return call(bench.isQuick ? 3 : 15);
      });
      const p99 = percentileOf(milliseconds, 0.99);
      const figures = [
        { what: "the most, 32 connections", values: [most], unit: "requests/s" },
        {
          what: `half of it: ${calls.toLocaleString("en-US")} calls`,
          values: [callsPerSecond],
          unit: "requests/s",
        },
        { what: "p50", values: [percentileOf(milliseconds, 0.5)], unit: "ms" },
        { what: "p99", values: [p99], unit: "ms" },
      ];
      const section = figuresSection("half-load", "Latency at half load", figures, [
        "Each call is due at a time of its own, and what it waited counts: from then to the end of its",
        "answer, the time of the program that measures included.",
      ]);
      return { sections: [section], goals: [atMost("p99 at half load", p99, 10, "ms")] };
    } finally {
      await server.stop();
    }
  },
};
