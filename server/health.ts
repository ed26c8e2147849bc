import type { PoolKeysState } from "./auth/pool-keys.ts";
import type { UpstreamState } from "./gateway/upstream-processes.ts";
import type { UpstreamStates } from "./gateway/upstreams.ts";
import type { NotesState } from "./store/notes.ts";

/** What `GET /health` answers. It names no user, and nothing that helps an attacker. */
export interface Health {
  readonly status: "ok" | "degraded";
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly sessions: number;
  /** How it stands with each MCP server behind this one; a failing one concerns its own users alone. */
  readonly servers?: Readonly<Record<string, UpstreamState>>;
  /** What is wrong, by part; absent when nothing is. */
  readonly checks?: Readonly<Record<string, string>>;
}

/** How it stands with each part; known at any time, so the answer never waits for anything. */
export interface Vitals {
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly sessions: number;
  readonly keys: PoolKeysState;
  readonly notes: NotesState;
  /** The servers behind this one; null where there is no gateway. */
  readonly servers: UpstreamStates | null;
}

/**
 * Judges how the server is doing.
 *
 * @param vitals how it stands with each part
 */
export function judgeHealth(vitals: Vitals): Health {
  const { version, uptimeSeconds, sessions, keys, notes, servers } = vitals;
  const checks: Record<string, string> = {};
  const keyProblem = keyProblems[keys];
  if (keyProblem !== null) checks.keys = keyProblem;
  const noteProblem = noteProblems[notes];
  if (noteProblem !== null) checks.notes = noteProblem;
  const isOk = Object.keys(checks).length === 0;
  return {
    status: isOk ? "ok" : "degraded",
    version,
    uptimeSeconds: Math.floor(uptimeSeconds),
    sessions,
    ...(servers !== null && { servers: statesOf(servers) }),
    ...(!isOk && { checks }),
  };
}

function statesOf(servers: UpstreamStates): Record<string, UpstreamState> {
  return Object.fromEntries(Object.entries(servers).map(([name, { state }]) => [name, state]));
}

const keyProblems: Record<PoolKeysState, string | null> = {
  loaded: null,
  "never-loaded": "The user pool's keys have not been fetched yet: no token can be verified",
  "out-of-reach": "The user pool's keys are out of reach: tokens with known keys are accepted",
};

const noteProblems: Record<NotesState, string | null> = {
  open: null,
  opening: "The notes store is being opened",
  locked: "Another process has the notes store open; waiting for it to let go",
  failed: "The notes store cannot be opened; the log says why",
  closed: "The notes store is closed: the server is stopping",
};
