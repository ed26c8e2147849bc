import { join } from "node:path";
import { openSessions } from "../../load/callers.ts";
import type { PacedFigures, PacedPlan } from "../load/paced-main.ts";
import { spawnOn } from "../rig/cores.ts";
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
      const { calls, p50, p99, failures } = await callPaced({
        base: server.base,
        callers,
        callsPerSecond: Math.floor(most / 2),
        warmUpSeconds: seconds,
        seconds: bench.isQuick ? 3 : 15,
      });
      if (Object.keys(failures).length > 0) throw new Error(JSON.stringify(failures));
      const figures = [
        { what: "the most, 32 connections", values: [most], unit: "requests/s" },
        {
          what: `half of it: ${calls.toLocaleString("en-US")} calls`,
          values: [Math.floor(most / 2)],
          unit: "requests/s",
        },
        { what: "p50", values: [p50], unit: "ms" },
        { what: "p99", values: [p99], unit: "ms" },
      ];
      const section = figuresSection("half-load", "Latency at half load", figures, [
        "Each call is due at a time of its own, and what it waited counts: from then to the end of its",
        "answer, the time of the program that calls included. It has a process and a core of its own.",
      ]);
      return { sections: [section], goals: [atMost("p99 at half load", p99, 10, "ms")] };
    } finally {
      await server.stop();
    }
  },
};

/** Has the program that calls do it, on the core for load. */
async function callPaced(plan: PacedPlan): Promise<PacedFigures> {
  const program = join(import.meta.dirname, "../load/paced-main.ts");
  const child = spawnOn("load", process.execPath, ["--import", "tsx", program], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.send(plan);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The program that calls ended with ${code}`)));
    child.on("message", (message: object) => {
      // The TypeScript loader sends messages of its own.
      if ("calls" in message) resolve(message as PacedFigures);
    });
  });
}
