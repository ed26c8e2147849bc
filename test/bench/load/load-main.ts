import autocannon, { type Client, type Request } from "autocannon";
import type { LoadCaller, LoadPlan, LoadResult } from "./load-plan.ts";

// The load generator, in a process and on a core of its own. It takes plans over IPC, one at a time,
// and looks at every answer: a benchmark of error answers is worth nothing.

process.on("message", async (plan: LoadPlan) => {
  process.send?.(await run(plan));
});
process.on("disconnect", () => process.exit());

/** A request may be sent again when its answer is there, but never twice at a time in one session. */
const requestsPerConnection = 50;

async function run(plan: LoadPlan): Promise<LoadResult> {
  let connection = 0;
  let answers = 0;
  let wrong = 0;
  let startedAt = 0;
  let lastAnswerAt = 0;
  let example: string | null = null;
  const { expected } = plan;
  // A refusal by its token knows nothing of the message, and so not of its id.
  const namesId = expected.status === 200;
  const look = (id: number) => (status: number, body: string) => {
    answers += 1;
    lastAnswerAt = performance.now();
    const isForIt = !namesId || body.includes(`"id":${id},`) || body.includes(`"id":${id}}`);
    if (isForIt && status === expected.status && body.includes(expected.text)) return;
    wrong += 1;
    example ??= `${status} ${body.slice(0, 300)}`;
  };
  const setupClient = (client: Client) => {
    const own = connection;
    connection += 1;
    const callers = callersOf(plan, own);
    const requests = callers.map((caller, index): Request => {
      const id = own * 1_000_000 + index + 1;
      const onResponse = look(id);
      return {
        method: "POST",
        path: caller.path ?? "/mcp",
        headers: headersOf(caller),
        body: bodyOf(plan, id),
        onResponse,
      };
    });
    client.setRequests(requests);
    // All connections are set up before any of them sends.
    startedAt = performance.now();
  };
  const result = await autocannon({
    url: `${plan.base}/mcp`,
    method: "POST",
    connections: plan.connections,
    timeout: 20,
    ...("seconds" in plan.bound
      ? { duration: plan.bound.seconds }
      : { amount: plan.bound.requests }),
    setupClient,
  });
  return {
    requests: answers,
    requestsPerSecond: (answers * 1000) / (lastAnswerAt - startedAt),
    p50: result.latency.p50,
    p99: result.latency.p99,
    wrong: wrong + result.errors + result.timeouts,
    example: example ?? (result.errors + result.timeouts > 0 ? "connections were lost" : null),
  };
}

function callersOf(plan: LoadPlan, connection: number): LoadCaller[] {
  const { callers, connections } = plan;
  if (plan.callerChanges === "by-request") {
    return callers.filter((_caller, index) => index % connections === connection);
  }
  const caller = callers[connection % callers.length];
  if (caller === undefined) throw new Error("a plan needs a caller");
  return Array.from({ length: requestsPerConnection }, () => caller);
}

function headersOf({ token, sessionId }: LoadCaller): Record<string, string> {
  return {
    Authorization: `Bearer ${token}`,
    Accept: "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2025-11-25",
    ...(sessionId !== undefined && { "Mcp-Session-Id": sessionId }),
  };
}

function bodyOf({ message }: LoadPlan, id: number): string {
  if (message === "tools/call") {
    const params = { name: "whoami", arguments: {} };
    return JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params });
  }
  const clientInfo = { name: "load", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  return JSON.stringify({ jsonrpc: "2.0", id, method: "initialize", params });
}
