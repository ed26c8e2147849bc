import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

// Calls a tool at a steady rate through sessions that are opened before the first call, until its input
// ends, and says as JSON what became of the calls. Gets its plan as the first line of its input.

export interface LoadPlan {
  readonly url: string;
  readonly token: string;
  readonly sessions: number;
  readonly callsPerSecond: number;
}

export interface LoadResult {
  readonly calls: number;
  /** How often which failure. */
  readonly failures: Readonly<Record<string, number>>;
  /** Sessions that still answered at the end under the id that they began with. */
  readonly sessionsKept: number;
}

/** However long its input stays open. */
const mostSeconds = 120;

const input = createInterface({ input: process.stdin });
const [line] = (await once(input, "line")) as [string];
const plan = JSON.parse(line) as LoadPlan;
/** How many calls there are to be; known when the input has ended. */
let due = Number.POSITIVE_INFINITY;

const headers = { authorization: `Bearer ${plan.token}` };
const open = async () => {
  const transport = new StreamableHTTPClientTransport(new URL(plan.url), {
    requestInit: { headers },
  });
  const client = new Client({ name: "load", version: "1" });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return { client, transport, id: transport.sessionId };
};
const sessions = await Promise.all(Array.from({ length: plan.sessions }, open));
console.log("loading");

let calls = 0;
const failures: Record<string, number> = {};
const fail = (what: string) => {
  failures[what] = (failures[what] ?? 0) + 1;
};
const under: Promise<unknown>[] = [];
const call = async (at: number) => {
  calls += 1;
  try {
    const result = await sessions[at % sessions.length]?.client.callTool({ name: "whoami" });
    if (result?.isError === true) fail(JSON.stringify(result.content));
  } catch (error) {
    const { message, cause } = error as Error;
    fail(`${message}${cause instanceof Error ? `: ${cause.message}` : ""}`.slice(0, 200));
  }
};
const startedAt = performance.now();
input.once("close", () => {
  due = ((performance.now() - startedAt) / 1000) * plan.callsPerSecond;
});
for (let at = 0; at < Math.min(due, mostSeconds * plan.callsPerSecond); at += 1) {
  const wait = startedAt + (at * 1000) / plan.callsPerSecond - performance.now();
  // Behind the clock it catches up, and still sees when its input has ended.
  if (wait > 1 || at % 100 === 0) await sleep(Math.max(0, wait));
  under.push(call(at));
}
await Promise.all(under);
const kept = await Promise.all(
  sessions.map(({ client, transport, id }) =>
    client.callTool({ name: "whoami" }).then(
      () => transport.sessionId === id,
      () => false,
    ),
  ),
);
const result: LoadResult = {
  calls,
  failures,
  sessionsKept: kept.filter(Boolean).length,
};
console.log(JSON.stringify(result));
process.exit();
