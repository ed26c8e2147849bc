import { randomBytes, randomUUID } from "node:crypto";
import type { LoadCaller, LoadPlan, LoadResult } from "../load/load-plan.ts";
import { type Goal, type Measured, medianOf, type Row, type Section } from "../report/results.ts";
import { type MeasuredServer, startMeasured } from "../rig/measured-server.ts";
import type { Bench, Part } from "./part.ts";
import { type Contender, contenders, enter } from "./servers.ts";

/** A server that runs, with what its callers need. */
interface Running {
  readonly contender: Contender;
  readonly server: MeasuredServer;
}

/** One way of calling, tried on every server that takes it. */
interface Scenario {
  readonly key: string;
  readonly title: string;
  readonly takes?: (contender: Contender) => boolean;
  /** What is done before each round and not measured, and the plan of the round. */
  plan(running: Running, bench: Bench): Promise<Omit<LoadPlan, "base">>;
}

const rightAnswer = { status: 200, text: "Signed in as demo" };

const secondsOf = ({ isQuick }: Bench) => (isQuick ? 1 : 2);
const requestsOf = ({ isQuick }: Bench) => (isQuick ? 400 : 3_000);

/** Callers of whom each has a subject, a token and a session of its own. */
async function manyCallers(
  { contender, server }: Running,
  { pool }: Bench,
  count: number,
): Promise<LoadCaller[]> {
  const callers: LoadCaller[] = [];
  while (callers.length < count) {
    const token = await pool.token({ sub: randomUUID() });
    callers.push(await enter(contender.hasSessions, server.base, token));
  }
  return callers;
}

async function oneCaller({ contender, server }: Running, { pool }: Bench): Promise<LoadCaller> {
  return enter(contender.hasSessions, server.base, await pool.token());
}

const oneSession = (connections: number): Scenario => ({
  key: `one-session-${connections}`,
  title: `tools/call, one session, one token, ${connections} connections`,
  plan: async (running, bench) => ({
    connections,
    bound: { seconds: secondsOf(bench) },
    message: "tools/call",
    callers: [await oneCaller(running, bench)],
    callerChanges: "by-connection",
    expected: rightAnswer,
  }),
});

const newTokenEach: Scenario = {
  key: "new-tokens",
  title: "tools/call, one session, a token never seen before with each request, 32 connections",
  plan: async (running, bench) => {
    const { sessionId } = await oneCaller(running, bench);
    const tokens = await newTokens(bench, requestsOf(bench));
    return {
      connections: 32,
      bound: { requests: tokens.length },
      message: "tools/call",
      callers: tokens.map((token) => ({ token, sessionId })),
      callerChanges: "by-request",
      expected: rightAnswer,
    };
  },
};

const manySessions = 256;

const scenarios: readonly Scenario[] = [
  oneSession(32),
  oneSession(512),
  {
    key: "many-sessions",
    title: `tools/call, ${manySessions} users, each with a session, a token and a connection`,
    plan: async (running, bench) => ({
      connections: manySessions,
      bound: { seconds: secondsOf(bench) },
      message: "tools/call",
      callers: await manyCallers(running, bench, manySessions),
      callerChanges: "by-connection",
      expected: rightAnswer,
    }),
  },
  newTokenEach,
  {
    key: "bad-tokens",
    title: "tools/call, a forged signature with each request, all refused, 32 connections",
    plan: async (running, bench) => {
      const { sessionId, token } = await oneCaller(running, bench);
      const unsigned = token.slice(0, token.lastIndexOf(".") + 1);
      return {
        connections: 32,
        bound: { requests: requestsOf(bench) },
        message: "tools/call",
        callers: Array.from({ length: requestsOf(bench) }, () => ({
          token: unsigned + randomBytes(256).toString("base64url"),
          sessionId,
        })),
        callerChanges: "by-request",
        expected: { status: 401, text: "" },
      };
    },
  },
  {
    key: "initialize",
    title: "initialize, each opens a session where there are sessions, 32 connections",
    takes: ({ role }) => role !== "limit",
    plan: async (_running, bench) => ({
      connections: 32,
      bound: { requests: bench.isQuick ? 200 : 1_000 },
      message: "initialize",
      callers: [{ token: await bench.pool.token() }],
      callerChanges: "by-connection",
      expected: { status: 200, text: '"protocolVersion":"2025-11-25"' },
    }),
  },
];

/** Tokens are made for all servers of a round at once: a signature takes a millisecond. */
const tokensOfRound = new Map<number, string[]>();
let round = 0;

async function newTokens({ pool }: Bench, count: number): Promise<string[]> {
  const made = tokensOfRound.get(round) ?? [];
  while (made.length < count) made.push(await pool.token());
  tokensOfRound.clear();
  tokensOfRound.set(round, made);
  return made;
}

export const http: Part = {
  name: "http",
  about: "authenticated requests on /mcp, beside peers and the limit",
  async measure(bench) {
    const running: Running[] = [];
    try {
      for (const contender of await contenders(bench.pool)) {
        bench.say("starting the servers", contender.name);
        const server = await startMeasured(contender, bench.pool, bench.folder);
        running.push({ contender, server });
      }
      await warmUp(running, bench);
      const sections: Section[] = [];
      for (const scenario of scenarios)
        sections.push(await measureScenario(scenario, running, bench));
      return { sections, goals: goalsOf(sections, running) } satisfies Measured;
    } finally {
      await Promise.all(running.map(({ server }) => server.stop()));
    }
  },
};

/** What is called often is compiled by V8 first; so is the check of a token. */
async function warmUp(running: readonly Running[], bench: Bench): Promise<void> {
  for (const each of running) {
    bench.say("warming up", each.contender.name);
    const { base } = each.server;
    const known = await oneSession(32).plan(each, bench);
    await bench.load.run({ ...known, bound: { seconds: bench.isQuick ? 1 : 3 }, base });
    await bench.load.run({ ...(await newTokenEach.plan(each, bench)), base });
  }
}

async function measureScenario(
  scenario: Scenario,
  running: readonly Running[],
  bench: Bench,
): Promise<Section> {
  const taking = running.filter(({ contender }) => scenario.takes?.(contender) ?? true);
  const rounds = bench.isQuick ? 1 : 3;
  const values = new Map(taking.map(({ contender }) => [contender.name, emptyValues()]));
  for (let at = 0; at < rounds; at += 1) {
    round += 1;
    // In another order each time, so that none always comes after the same one.
    const order = [...taking.slice(at % taking.length), ...taking.slice(0, at % taking.length)];
    for (const each of order) {
      bench.say(scenario.title, `${each.contender.name}, round ${at + 1} of ${rounds}`);
      const plan = await scenario.plan(each, bench);
      const before = each.server.usage();
      const result = await bench.load.run({ ...plan, base: each.server.base });
      const after = each.server.usage();
      const spent = before === null || after === null ? null : after.cpuSeconds - before.cpuSeconds;
      addValues(values.get(each.contender.name) ?? emptyValues(), result, spent);
    }
  }
  const rows: Row[] = [...values].map(([subject, taken]) => ({ subject, values: taken }));
  return { part: "http", key: scenario.key, title: scenario.title, columns, rows, notes: [] };
}

const columns = [
  { key: "requestsPerSecond", title: "requests/s" },
  { key: "p50", title: "p50 ms" },
  { key: "p99", title: "p99 ms" },
  { key: "cpu", title: "CPU µs/request" },
];

type Values = Record<"requestsPerSecond" | "p50" | "p99" | "cpu", number[]>;

function emptyValues(): Values {
  return { requestsPerSecond: [], p50: [], p99: [], cpu: [] };
}

function addValues(values: Values, result: LoadResult, cpuSeconds: number | null): void {
  values.requestsPerSecond.push(result.requestsPerSecond);
  values.p50.push(result.p50);
  values.p99.push(result.p99);
  if (cpuSeconds !== null) values.cpu.push((cpuSeconds * 1e6) / result.requests);
}

function goalsOf(sections: readonly Section[], running: readonly Running[]): Goal[] {
  const rates = (key: string, role: Contender["role"]) => {
    const section = sections.find((each) => each.key === key);
    const names = running.filter(({ contender }) => contender.role === role);
    return names.map(({ contender }) => {
      const row = section?.rows.find(({ subject }) => subject === contender.name);
      return medianOf(row?.values.requestsPerSecond ?? []);
    });
  };
  const own = (key: string) => rates(key, "cleanauth")[0] ?? Number.NaN;
  const overPeers = (key: string) => own(key) / Math.max(...rates(key, "peer"));
  const goal = (text: string, reached: number, atLeast: number): Goal => ({
    text,
    reached,
    bound: { atLeast },
    unit: "times",
  });
  const first = oneSession(32).key;
  return [
    goal("tools/call, one session: over the fastest peer", overPeers(first), 5),
    goal(
      "tools/call, one session: of what node:http alone does",
      own(first) / (rates(first, "limit")[0] ?? Number.NaN),
      0.4,
    ),
    goal("tools/call, many sessions: over the fastest peer", overPeers("many-sessions"), 3),
    goal("tools/call, new tokens: over the fastest peer", overPeers("new-tokens"), 3),
  ];
}
