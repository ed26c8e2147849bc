import { buildRelease } from "@cleanauth/scripts/artifact/artifact.ts";
import { startMeasured } from "../rig/measured-server.ts";
import { resultsFolder, root } from "../rig/places.ts";
import { atMost, figuresSection, mib } from "./figures.ts";
import type { Part } from "./part.ts";
import { contenders } from "./servers.ts";

export const start: Part = {
  name: "start",
  about: "from the start of a process to its first right answer; the artifact's size",
  async measure(bench) {
    const all = await contenders(bench.pool);
    const times = new Map<string, number[]>(all.map(({ name }) => [name, []]));
    for (let round = 0; round < (bench.isQuick ? 1 : 3); round += 1) {
      for (const contender of all) {
        bench.say("start to first answer", contender.name);
        const server = await startMeasured(contender, bench.pool, bench.folder);
        times.get(contender.name)?.push(server.startMilliseconds);
        await server.stop();
      }
    }
    bench.say("building the artifact");
    const artifact = (await buildRelease(root, resultsFolder)).bytes / mib;
    const figures = [...times].map(([what, values]) => ({ what, values, unit: "ms" }));
    const sections = [
      figuresSection("start", "From the start of the process to the first right answer", figures, [
        "cleanauth runs as a release has it, in one file; the peers run through tsx, which takes some",
        "300 ms of their time.",
      ]),
    ];
    return {
      sections,
      goals: [atMost("the artifact, everything in it but Node", artifact, 25, "MiB")],
    };
  },
};
