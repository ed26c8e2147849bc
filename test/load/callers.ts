import { randomUUID } from "node:crypto";
import { openSession, rpcHeaders } from "@cleanauth/server/testing/rpc.ts";
import type { TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import type { PacedCalls } from "./paced-calls.ts";

/** Somebody who is signed in, with a session. */
export interface CallerSession {
  readonly username: string;
  readonly token: string;
  readonly session: string;
}

/** Signs in users of their own, and opens a session for each. */
export async function openSessions(
  base: string,
  pool: TestUserPool,
  count: number,
): Promise<CallerSession[]> {
  const opened: CallerSession[] = [];
  while (opened.length < count) {
    const username = `user-${opened.length}`;
    const token = await pool.token({ sub: randomUUID(), username });
    opened.push({ username, token, session: await openSession(base, token) });
  }
  return opened;
}

/** Calls of `whoami` in turn by each of the callers, every answer held against its caller. */
export function whoamiCalls(
  base: string,
  callers: readonly CallerSession[],
  pace: { readonly callsPerSecond: number; readonly seconds: number },
): PacedCalls {
  const callerOf = (n: number) => callers[n % callers.length] as CallerSession;
  return {
    url: `${base}/mcp`,
    ...pace,
    call(n) {
      const { token, session } = callerOf(n);
      const params = { name: "whoami", arguments: {} };
      const body = JSON.stringify({ jsonrpc: "2.0", id: n, method: "tools/call", params });
      return { headers: rpcHeaders(token, session), body };
    },
    judge(n, status, text) {
      const isRight =
        status === 200 &&
        text.includes(`Signed in as ${callerOf(n).username} `) &&
        (text.includes(`"id":${n},`) || text.includes(`"id":${n}}`));
      return isRight ? null : `${status} ${text.slice(0, 200)}`;
    },
  };
}
