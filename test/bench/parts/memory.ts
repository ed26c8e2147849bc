import { setTimeout as sleep } from "node:timers/promises";
import { openSession } from "@cleanauth/server/testing/rpc.ts";
import { type MeasuredServer, startMeasured } from "../rig/measured-server.ts";
import { atMost, type Figure, figuresSection, kib, mib } from "./figures.ts";
import { inBatches, openStream, tokensOf } from "./held-open.ts";
import type { Part } from "./part.ts";
import { contenders } from "./servers.ts";

const users = 25;

export const memory: Part = {
  name: "memory",
  about: "what 10,000 idle sessions and 2,000 streams take",
  async measure(bench) {
    const sessions = bench.isQuick ? 2_000 : 10_000;
    const streams = bench.isQuick ? 500 : 2_000;
    const tokens = await tokensOf(bench, users);
    const figures: Figure[] = [];
    const goals = [];
    const measured = ["cleanauth", "SDK, with sessions"];
    for (const contender of await contenders(bench.pool)) {
      if (!measured.includes(contender.name)) continue;
      bench.say("memory of open sessions and streams", contender.name);
      const server = await startMeasured(contender, bench.pool, bench.folder);
      const { atFirst, withSessions, withStreams } = await fill(server, tokens, sessions, streams);
      await server.stop();
      const figure = (what: string, value: number, unit: string) =>
        figures.push({ what: `${contender.name}: ${what}`, values: [value], unit });
      const total = withSessions / mib;
      const each = (withStreams - withSessions) / streams / kib;
      figure("at the start", atFirst / mib, "MiB");
      figure(`with ${sessions.toLocaleString("en-US")} idle sessions`, total, "MiB");
      figure("each session", (withSessions - atFirst) / sessions / kib, "KiB");
      figure(`each of ${streams.toLocaleString("en-US")} SSE streams`, each, "KiB");
      if (contender.role !== "cleanauth" || bench.isQuick) continue;
      goals.push(atMost("10,000 idle sessions, the whole process", total, 300, "MiB"));
      goals.push(atMost("one SSE stream", each, 40, "KiB"));
    }
    const section = figuresSection("memory", "Memory of the server's process", figures, [
      "Resident memory as Linux counts it, after the last of them was opened. A stream counts with its",
      "connection and its session.",
    ]);
    return { sections: [section], goals };
  },
};

async function fill(
  server: MeasuredServer,
  tokens: readonly string[],
  sessions: number,
  streams: number,
) {
  const tokenOf = (n: number) => tokens[n % tokens.length] ?? "";
  const atFirst = await settled(server);
  await inBatches(sessions, (n) => openSession(server.base, tokenOf(n)));
  const withSessions = await settled(server);
  const open = await inBatches(streams, (n) => openStream(server.base, tokenOf(n)));
  const withStreams = await settled(server);
  for (const stream of open) stream.close();
  return { atFirst, withSessions, withStreams };
}

/** Memory when the server has done what is left to do after the last request. */
async function settled(server: MeasuredServer): Promise<number> {
  await sleep(2_000);
  return server.usage()?.residentBytes ?? Number.NaN;
}
