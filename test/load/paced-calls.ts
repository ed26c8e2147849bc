import { Agent, request } from "node:http";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";

/** A call at a time of its own, whatever became of the calls before it. */
export interface PacedCalls {
  readonly url: string;
  readonly callsPerSecond: number;
  readonly seconds: number;
  /** The headers and the body of call number n. */
  readonly call: (n: number) => {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  /** Why an answer is not right; null when it is. */
  readonly judge: (n: number, status: number, text: string) => string | null;
  /** Connections at most (default 64). */
  readonly connections?: number;
  /** Ends the calls before their time. */
  readonly signal?: AbortSignal;
}

export interface PacedResult {
  readonly calls: number;
  /** Milliseconds from when a call was due to the end of its answer; sorted. */
  readonly milliseconds: readonly number[];
  /** How often which failure. */
  readonly failures: Readonly<Record<string, number>>;
}

const timeoutMilliseconds = 30_000;
/** Whoever sends at once all that is due after a pause reads no answer in that time, and is late again. */
const mostAtOnce = 20;

/**
 * Makes calls at a steady rate. What a call waited for its turn counts too, so that a server that
 * stops for a second is seen in every call of that second.
 */
export async function makePacedCalls(plan: PacedCalls): Promise<PacedResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections ?? 64 });
  const milliseconds: number[] = [];
  const failures: Record<string, number> = {};
  const total = Math.round(plan.callsPerSecond * plan.seconds);
  const startedAt = performance.now();
  const dueAt = (n: number) => startedAt + (n * 1000) / plan.callsPerSecond;
  const open = new Set<Promise<void>>();
  const send = (n: number) => {
    const over = sendOne(agent, plan, n).then((failure) => {
      if (failure === null) milliseconds.push(performance.now() - dueAt(n));
      else failures[failure] = (failures[failure] ?? 0) + 1;
      open.delete(over);
    });
    open.add(over);
  };
  let next = 0;
  while (next < total && plan.signal?.aborted !== true) {
    const most = Math.min(total, next + mostAtOnce);
    for (; next < most && dueAt(next) <= performance.now(); next += 1) send(next);
    const wait = dueAt(next) - performance.now();
    await (wait > 0 ? sleep(Math.max(1, wait)) : nextTurn());
  }
  await Promise.all(open);
  agent.destroy();
  return { calls: next, milliseconds: milliseconds.sort((a, b) => a - b), failures };
}

/** Makes one call and says why its answer is not right. */
async function sendOne(agent: Agent, plan: PacedCalls, n: number): Promise<string | null> {
  const { headers, body } = plan.call(n);
  try {
    const { status, text } = await new Promise<{ status: number; text: string }>(
      (resolve, reject) => {
        const options = { method: "POST", agent, headers, timeout: timeoutMilliseconds };
        const outgoing = request(plan.url, options, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
          response.on("error", reject);
        });
        outgoing.on("timeout", () => outgoing.destroy(new Error("timed out")));
        outgoing.on("error", reject);
        outgoing.end(body);
      },
    );
    return plan.judge(n, status, text);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return code ?? message;
  }
}

/**
 * The value that a share of the sorted values does not exceed.
 *
 * @param share 0 to 1
 */
export function percentileOf(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
