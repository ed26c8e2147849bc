import { setTimeout as sleep } from "node:timers/promises";
import { type MeasuredServer, startMeasured } from "../rig/measured-server.ts";
import { inBatches, openStream } from "./held-open.ts";
import type { Bench, Part } from "./part.ts";
import { contenders } from "./servers.ts";

const streams = 32;
const measured = ["cleanauth", "SDK, with sessions"];

export const sse: Part = {
  name: "sse",
  about: "authenticated calls over the older transport, /sse and /messages",
  async measure(bench) {
    const rates = new Map<string, number[]>();
    const all = (await contenders(bench.pool)).filter(({ name }) => measured.includes(name));
    const running: MeasuredServer[] = [];
    try {
      for (const contender of all)
        running.push(await startMeasured(contender, bench.pool, bench.folder));
      for (const server of running) await callOverStreams(server, bench);
      for (let round = 0; round < (bench.isQuick ? 1 : 3); round += 1) {
        for (const server of running) {
          bench.say("tools/call over /sse", server.name);
          const rate = await callOverStreams(server, bench);
          rates.set(server.name, [...(rates.get(server.name) ?? []), rate]);
        }
      }
    } finally {
      await Promise.all(running.map((server) => server.stop()));
    }
    const section = {
      part: "sse",
      key: "sse",
      title: `tools/call over /sse and /messages, ${streams} streams`,
      columns: [{ key: "requestsPerSecond", title: "requests/s" }],
      rows: [...rates].map(([subject, values]) => ({
        subject,
        values: { requestsPerSecond: values },
      })),
      notes: ["A call counts when its answer has come over its stream."],
    };
    return { sections: [section], goals: [] };
  },
};

/** Posts calls until all their answers are there, and gives the answers per second. */
async function callOverStreams(server: MeasuredServer, bench: Bench): Promise<number> {
  const token = await bench.pool.token();
  const open = await inBatches(streams, () => openStream(server.base, token));
  const requests = bench.isQuick ? 500 : 6_000;
  const startedAt = performance.now();
  const posted = await bench.load.run({
    base: server.base,
    connections: streams,
    bound: { requests },
    message: "tools/call",
    callers: open.map(({ path }) => ({ token, path })),
    callerChanges: "by-connection",
    expected: { status: 202, text: "" },
  });
  const answers = () => open.reduce((sum, stream) => sum + stream.answers(), 0);
  const deadline = performance.now() + 30_000;
  while (answers() < posted.requests) {
    if (performance.now() > deadline) {
      throw new Error(
        `${answers()} of ${posted.requests} answers came over ${server.name}'s streams`,
      );
    }
    await sleep(1);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  for (const stream of open) stream.close();
  return posted.requests / seconds;
}
