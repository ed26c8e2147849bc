import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundle } from "@cleanauth/scripts/artifact/bundle.ts";
import { callOf, openSession, rpcHeaders } from "@cleanauth/server/testing/rpc.ts";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallerSession } from "../../load/callers.ts";
import { whoamiCalls } from "../../load/callers.ts";
import { makePacedCalls, percentileOf } from "../../load/paced-calls.ts";
import { medianOf } from "../report/results.ts";
import { type MeasuredServer, startMeasured } from "../rig/measured-server.ts";
import { root } from "../rig/places.ts";
import { atMost, figuresSection, mib } from "./figures.ts";
import { inBatches } from "./held-open.ts";
import type { Bench, Part } from "./part.ts";
import { contenders } from "./servers.ts";

const users = 50;
const rounds = 8;

/** Beside the tests' upstream, a real one that people have. */
const memoryServer = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/server-memory/dist/index.js",
);

export const gateway: Part = {
  name: "gateway",
  about: "what the gateway adds to an upstream on stdio, and what bad upstreams do to others",
  async measure(bench) {
    const upstream = await writeUpstream(bench);
    const server = await startGateway(bench, upstream);
    try {
      bench.say("an upstream by itself, and through the gateway");
      const calls = bench.isQuick ? 200 : 1_000;
      const alone = await alonePerCall(upstream, calls);
      const caller = await enter(server, bench);
      const through = await throughPerCall(server, caller, calls);
      bench.say("calls beside upstreams that flood, hang and die");
      const beside = await besideBadUpstreams(server, bench, caller);
      bench.say(`${users} users, each with a process of a real server`);
      const memory = bench.isQuick ? null : await memoryOfUsers(server, bench);
      const overhead = medianOf(through) - medianOf(alone);
      const figures = [
        {
          what: "the upstream's own round trip on stdio, median",
          values: [medianOf(alone)],
          unit: "ms",
        },
        { what: "through the gateway, over HTTP, median", values: [medianOf(through)], unit: "ms" },
        { what: "what the gateway and its HTTP add", values: [overhead], unit: "ms" },
        ...[...beside].map(([kind, p99]) => ({
          what: `p99 of whoami beside an upstream that ${kind}`,
          values: [p99],
          unit: "ms",
        })),
        ...(memory === null
          ? []
          : [
              {
                what: `${users} users with a process each of server-memory`,
                values: [memory],
                unit: "MiB",
              },
            ]),
      ];
      const notes = [
        "One call after another, each answer looked at; server and upstreams on any core. The upstream is a",
        "file of plain JavaScript, as npm has them. The one that dies is another in each turn of two",
        "seconds, so that it is started three times in each: later it would be left alone for longer.",
        "Memory is that of the upstreams' processes, with what they share counted once (PSS).",
      ];
      const goals = [
        atMost("gateway: added to the upstream's own round trip, median", overhead, 1, "ms"),
        ...[...beside.keys()].slice(1).map((kind) => {
          const ratio = (beside.get(kind) ?? 0) / (beside.get("is quiet") ?? 0);
          return atMost(
            `gateway: p99 of others where one ${kind}, of the quiet`,
            ratio,
            2,
            "times",
          );
        }),
        ...(memory === null
          ? []
          : [atMost(`gateway: ${users} users with a process each`, memory, 4096, "MiB")]),
      ];
      return { sections: [figuresSection("gateway", "The gateway", figures, notes)], goals };
    } finally {
      await server.stop();
    }
  },
};

interface Upstream {
  readonly command: string;
  readonly args: string[];
}

/** The tests' upstream as one file of JavaScript: to compile it at each start would be most of the start. */
async function writeUpstream({ folder }: Bench): Promise<Upstream> {
  const [program] = await bundle(root, ["test/gateway/stdio-server.ts"]);
  if (program === undefined) throw new Error("the upstream is missing");
  const file = join(folder, "upstream.mjs");
  writeFileSync(file, program.content);
  return { command: process.execPath, args: [file] };
}

const dyingOf = (round: number) => `dying-${round}`;

async function startGateway(bench: Bench, upstream: Upstream): Promise<MeasuredServer> {
  const [own] = await contenders(bench.pool);
  if (own === undefined) throw new Error("this project's own server is missing");
  const file = join(bench.folder, "mcp-servers.json");
  const memory = {
    command: process.execPath,
    args: [memoryServer],
    cleanauth: { process: "per-user", processes: users },
  };
  const hanging = { ...upstream, cleanauth: { callSeconds: 2 } };
  const dying = Array.from({ length: rounds }, (_, round) => [dyingOf(round), upstream]);
  const mcpServers = { echoing: upstream, flooding: upstream, hanging, memory };
  writeFileSync(
    file,
    JSON.stringify({ mcpServers: { ...mcpServers, ...Object.fromEntries(dying) } }),
  );
  const settings = { MCP_SERVERS_FILE: file };
  return startMeasured(
    { ...own, name: "gateway", settings, core: "any" },
    bench.pool,
    bench.folder,
  );
}

async function enter(
  server: MeasuredServer,
  bench: Bench,
  username = "demo",
): Promise<CallerSession> {
  const token = await bench.pool.token({ sub: randomUUID(), username });
  return { username, token, session: await openSession(server.base, token) };
}

/** Milliseconds of each call to the upstream, by a client of the SDK's on its standard streams. */
async function alonePerCall(upstream: Upstream, calls: number): Promise<number[]> {
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(new StdioClientTransport({ ...upstream, stderr: "ignore" }));
  const times: number[] = [];
  for (let n = 0; n < calls; n += 1) {
    const from = performance.now();
    const result = await client.callTool({ name: "echo", arguments: { text: `said ${n}` } });
    times.push(performance.now() - from);
    if (!JSON.stringify(result).includes(`said ${n}`)) throw new Error(JSON.stringify(result));
  }
  await client.close();
  return times.slice(calls / 5);
}

async function throughPerCall(
  server: MeasuredServer,
  caller: CallerSession,
  calls: number,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let n = 0; n < calls; n += 1) {
    const from = performance.now();
    const answer = await call(agent, server, caller, "echoing.echo", { text: `said ${n}` });
    times.push(performance.now() - from);
    if (!answer.includes(`said ${n}`)) throw new Error(answer);
  }
  agent.destroy();
  return times.slice(calls / 5);
}

/** Calls a tool and gives the whole answer as text. */
function call(
  agent: Agent,
  { base }: MeasuredServer,
  { token, session }: CallerSession,
  name: string,
  args: object,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = rpcHeaders(token, session);
    const outgoing = request(`${base}/mcp`, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(JSON.stringify(callOf(name, args)));
  });
}

/**
 * The p99 of others' calls beside upstreams of each kind, in short turns, each round in another order: a
 * machine that does other things as well is slow to all of them.
 *
 * @returns milliseconds, of the calls of all rounds; the quiet upstream first
 */
async function besideBadUpstreams(
  server: MeasuredServer,
  bench: Bench,
  caller: CallerSession,
): Promise<ReadonlyMap<string, number>> {
  const pace = { callsPerSecond: 200, seconds: 2 };
  const bad = await enter(server, bench);
  const agent = new Agent({ keepAlive: true });
  const ask = (name: string, args = {}) => call(agent, server, bad, name, args).catch(() => "");
  const kinds: Record<string, (round: number, isOver: AbortSignal) => Promise<unknown>> = {
    "is quiet": async () => {},
    floods: () => ask("flooding.flood", { seconds: pace.seconds }),
    hangs: () => Promise.all(Array.from({ length: 8 }, () => ask("hanging.hang"))),
    async dies(round, isOver) {
      while (!isOver.aborted) {
        await ask(`${dyingOf(round)}.crash`);
        await sleep(50);
      }
    },
  };
  // Those that flood and hang do it while they run; their start is what the one that dies has.
  for (const name of ["flooding", "hanging"]) await ask(`${name}.echo`, { text: "started" });
  const entries = Object.entries(kinds);
  const taken = new Map(entries.map(([kind]): [string, number[]] => [kind, []]));
  for (let round = 0; round < (bench.isQuick ? 1 : rounds); round += 1) {
    const first = round % entries.length;
    for (const [kind, behave] of [...entries.slice(first), ...entries.slice(0, first)]) {
      const over = new AbortController();
      const behaving = behave(round, over.signal);
      const { milliseconds, failures } = await makePacedCalls(
        whoamiCalls(server.base, [caller], pace),
      );
      over.abort();
      await behaving;
      if (Object.keys(failures).length > 0) throw new Error(JSON.stringify(failures));
      taken.get(kind)?.push(...milliseconds);
    }
  }
  agent.destroy();
  return new Map(
    [...taken].map(([kind, values]) => [
      kind,
      percentileOf(
        values.sort((a, b) => a - b),
        0.99,
      ),
    ]),
  );
}

/** What the processes of many users take together, in MiB; null where it cannot be read. */
async function memoryOfUsers(server: MeasuredServer, bench: Bench): Promise<number | null> {
  const agent = new Agent();
  await inBatches(
    users,
    async (n) => {
      const caller = await enter(server, bench, `user-${n}`);
      const answer = await call(agent, server, caller, "memory.read_graph", {});
      if (!answer.includes("entities")) throw new Error(answer);
    },
    5,
  );
  const children = childrenOf(server.pid).filter((pid) => commandOf(pid).includes("server-memory"));
  if (children.length !== users) throw new Error(`There are ${children.length} processes`);
  const shares = children.map(proportionalBytes);
  return shares.some(Number.isNaN) ? null : shares.reduce((sum, each) => sum + each, 0) / mib;
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8");
}

function proportionalBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]) * 1024;
}
