import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What the server counts, and how it is read. Labels hold bounded sets of values alone. */
export interface Metrics {
  /** A request that is over. `durationSeconds` is null for a stream, which lasts as long as it likes. */
  countRequest(route: string, method: string, status: number, durationSeconds: number | null): void;
  /** @param result `accepted`, or why the request was turned away */
  countVerification(result: string): void;
  countToolCall(tool: string, outcome: ToolCallOutcome): void;
  /** Notes an open stream; to be called back when it ends. */
  openStream(route: string): () => void;
  /** The text that Prometheus scrapes, and its content type. */
  read(): Promise<{ readonly text: string; readonly contentType: string }>;
}

export type ToolCallOutcome =
  | "done"
  | "failed"
  | "invalid-arguments"
  | "cancelled"
  | "defect"
  /** The server behind this one that has the tool did not answer. */
  | "unavailable";

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * Makes the metrics of one server, in a registry of their own.
 *
 * @param countSessions asked at every scrape: the sessions that are open, by transport
 */
export function createMetrics(countSessions: () => Readonly<Record<string, number>>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const requests = new Tally();
  new Counter({
    name: "cleanauth_http_requests_total",
    help: "HTTP requests that are over",
    labelNames: ["route", "method", "status"],
    registers,
    collect() {
      requests.tellTo(this, ["route", "method", "status"]);
    },
  });
  const duration = new Histogram({
    name: "cleanauth_http_request_duration_seconds",
    help: "Time from a request's head to the end of its answer, long-lived streams left out",
    labelNames: ["route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const verifications = new Tally();
  new Counter({
    name: "cleanauth_token_verifications_total",
    help: "Checks of a request's credentials, by result",
    labelNames: ["result"],
    registers,
    collect() {
      verifications.tellTo(this, ["result"]);
    },
  });
  const toolCalls = new Tally();
  new Counter({
    name: "cleanauth_tool_calls_total",
    help: "Tool calls that are over, by outcome",
    labelNames: ["tool", "outcome"],
    registers,
    collect() {
      toolCalls.tellTo(this, ["tool", "outcome"]);
    },
  });
  const streams = new Gauge({
    name: "cleanauth_streams",
    help: "Streams that are open",
    labelNames: ["route"],
    registers,
  });
  new Gauge({
    name: "cleanauth_sessions",
    help: "MCP sessions that are open",
    labelNames: ["transport"],
    registers,
    collect() {
      for (const [transport, count] of Object.entries(countSessions())) {
        this.set({ transport }, count);
      }
    },
  });

  return {
    countRequest(route, method, status, durationSeconds) {
      requests.count(
        `${route}${separator}${methods.has(method) ? method : "other"}${separator}${status}`,
      );
      if (durationSeconds !== null) duration.observe({ route }, durationSeconds);
    },
    countVerification: (result) => verifications.count(result),
    countToolCall: (tool, outcome) => toolCalls.count(`${tool}${separator}${outcome}`),
    openStream(route) {
      streams.inc({ route });
      return () => streams.dec({ route });
    },
    read: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}

/** No tool's name has it. */
const separator = "\u0000";

/**
 * Counts by label values that are joined, and hands the numbers over when they are read.
 * The library's counters sort and join their labels each time they count.
 */
class Tally {
  readonly #counts = new Map<string, number>();

  count(values: string): void {
    this.#counts.set(values, (this.#counts.get(values) ?? 0) + 1);
  }

  tellTo(counter: Counter, names: readonly string[]): void {
    counter.reset();
    for (const [joined, count] of this.#counts) {
      const values = joined.split(separator);
      counter.inc(Object.fromEntries(names.map((name, index) => [name, values[index]])), count);
    }
  }
}
