/** One caller of a run: a token, and a session where the server keeps one. */
export interface LoadCaller {
  readonly token: string;
  readonly sessionId?: string | undefined;
  /** Where it posts to (default: `/mcp`). */
  readonly path?: string;
}

/** What a load process is told to do. */
export interface LoadPlan {
  readonly base: string;
  readonly connections: number;
  /** How long, or how many requests in all. */
  readonly bound: { readonly seconds: number } | { readonly requests: number };
  readonly message: "tools/call" | "initialize";
  /** Connection n is caller n, counted round; or every request has a caller of its own. */
  readonly callers: readonly LoadCaller[];
  readonly callerChanges: "by-connection" | "by-request";
  /** The status that is right, and what a right answer contains. */
  readonly expected: { readonly status: number; readonly text: string };
}

/** What came of it. */
export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that were not right, lost connections, time-outs; a run with any of them counts for nothing. */
  readonly wrong: number;
  /** One of the wrong answers. */
  readonly example: string | null;
}
