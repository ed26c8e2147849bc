import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { password } from "@cleanauth/client/testing/in-memory-services.ts";
import { connect, input, type Page, size } from "@cleanauth/client/testing/web-client.ts";
import { type MeasuredServer, startMeasured } from "../rig/measured-server.ts";
import { root } from "../rig/places.ts";
import { atMost, figuresSection, mib } from "./figures.ts";
import { inBatches } from "./held-open.ts";
import type { Bench, Part } from "./part.ts";

export const web: Part = {
  name: "web",
  about: "50 screens in browsers at once, and 500 opened and closed",
  async measure(bench) {
    bench.say("screens in browsers");
    const server = await startMeasured(
      {
        name: "web terminal",
        args: ["--expose-gc", "--import", "tsx", join(root, "test/bench/rig/web-terminal-main.ts")],
        isAnswering: async (base) => (await fetch(base)).ok,
      },
      bench.pool,
      bench.folder,
    );
    try {
      const many = bench.isQuick ? 100 : 500;
      // What a first screen loads stays.
      await openAndClose(server, 20);
      const before = await memoryOf(server, bench);
      const pages = await inBatches(50, () => openSignedIn(server), 10);
      const seconds = await askAll(pages);
      const held = await memoryOf(server, bench);
      for (const page of pages) page.leave();
      await openAndClose(server, many);
      const after = await memoryOf(server, bench);
      await openAndClose(server, many);
      const later = await memoryOf(server, bench);
      const each = (held.resident - before.resident) / 50 / mib;
      const left = (((later.heap - after.heap) / many) * 1000) / mib;
      const figures = [
        { what: "before the first of them", values: [before.resident / mib], unit: "MiB" },
        { what: "each of 50, signed in, with a long answer", values: [each], unit: "MiB" },
        { what: "50 long answers at once, all drawn after", values: [seconds], unit: "s" },
        ...stage(`after ${many} more were opened and closed`, after),
        ...stage(`after another ${many}`, later),
        { what: "left behind by 1,000 screens", values: [Math.max(0, left)], unit: "MiB" },
      ];
      const notes = [
        "Memory of the process after a garbage collection, as Linux counts it. What is left behind is told by the heap in use: V8",
        "gives pages back when it likes. The world behind the screens is in memory; the screens, the WebSocket and the server are",
        "those of port 8501.",
      ];
      return {
        sections: [figuresSection("web", "Screens in browsers", figures, notes)],
        goals: [
          atMost("a browser's screen, 50 at once", each, 6, "MiB"),
          atMost("left behind by 1,000 screens opened and closed", Math.max(0, left), 10, "MiB"),
        ],
      };
    } finally {
      await server.stop();
    }
  },
};

async function openSignedIn({ base }: MeasuredServer): Promise<Page> {
  const { port } = new URL(base);
  const page = connect({ port: Number(port) } as Parameters<typeof connect>[0], size);
  await page.waitFor("Sign in");
  page.send(input(`demo\r${password}\r`));
  await page.waitFor("Welcome");
  return page;
}

/** Has all of them answered at length at the same time; gives the seconds until all was drawn. */
async function askAll(pages: readonly Page[]): Promise<number> {
  const startedAt = performance.now();
  for (const page of pages) page.send(input("a long one\r"));
  await Promise.all(pages.map((page) => untilShown(page, "Line 200 of")));
  return (performance.now() - startedAt) / 1000;
}

async function untilShown(page: Page, text: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await page.shown()).includes(text)) {
    if (performance.now() > deadline) throw new Error(`A screen never showed ${text}`);
    await sleep(50);
  }
}

async function openAndClose(server: MeasuredServer, count: number): Promise<void> {
  await inBatches(
    count,
    async () => {
      const page = await openSignedIn(server);
      page.leave();
      await page.closed;
    },
    10,
  );
}

interface Memory {
  readonly resident: number;
  readonly heap: number;
}

const stage = (what: string, { resident, heap }: Memory) => [
  { what, values: [resident / mib], unit: "MiB" },
  { what: `${what}: heap in use`, values: [heap / mib], unit: "MiB" },
];

async function memoryOf(server: MeasuredServer, { folder }: Bench): Promise<Memory> {
  // By now the screens that were left are let go of.
  await sleep(2_500);
  process.kill(server.pid, "SIGUSR2");
  await sleep(2_000);
  const log = readFileSync(join(folder, "web-terminal", "server.log"), "utf8");
  const heap = [...log.matchAll(/heap in use: (\d+)/g)].at(-1)?.[1];
  return { resident: server.usage()?.residentBytes ?? Number.NaN, heap: Number(heap) };
}
