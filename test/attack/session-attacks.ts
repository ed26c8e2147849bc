import {
  callOf,
  initialize,
  openSession,
  post,
  rpcHeaders,
  send,
} from "../../server/testing/rpc.ts";
import { type Attack, allRefused, type Outcome, refusedWith } from "./attack.ts";
import type { Target } from "./target.ts";

const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };

/** Uses a session on a route with the token of another user. */
async function steal(target: Target, method: string, sessionId: string): Promise<Outcome> {
  const answer = await send(`${target.base}/mcp`, {
    method,
    headers: rpcHeaders(target.admin.access, sessionId),
    ...(method === "POST" && { body: JSON.stringify(list) }),
  });
  return refusedWith(answer, 404, /Session not found/);
}

const stolen = "it is found together with its owner alone: 404, as if there were none";

export const sessionAttacks: readonly Attack[] = [
  {
    tried: "another user's session id, POST /mcp",
    because: stolen,
    play: (target) => steal(target, "POST", target.sessionId),
  },
  {
    tried: "another user's session id, GET /mcp (to listen in)",
    because: stolen,
    play: (target) => steal(target, "GET", target.sessionId),
  },
  {
    tried: "another user's session id, DELETE /mcp",
    because: "nobody can end it but its owner, for whom it goes on",
    async play(target) {
      const outcome = await steal(target, "DELETE", target.sessionId);
      const { status } = await post(target.base, target.demo.access, list, target.sessionId);
      return { ...outcome, isRefused: outcome.isRefused && status === 200 };
    },
  },
  {
    tried: "another user's sessionId of /sse, POST /messages",
    because: stolen,
    async play({ base, demo, admin }) {
      const controller = new AbortController();
      const stream = await fetch(`${base}/sse`, {
        headers: rpcHeaders(demo.access),
        signal: controller.signal,
      });
      const reader = stream.body?.getReader();
      const first = Buffer.from((await reader?.read())?.value ?? []).toString();
      const path = /data: (\S+)/.exec(first)?.[1] ?? "/messages?sessionId=none";
      const answer = await send(`${base}${path}`, {
        method: "POST",
        headers: rpcHeaders(admin.access),
        body: JSON.stringify(initialize),
      });
      controller.abort();
      const isReal = path.length > "/messages?sessionId=none".length;
      const outcome = refusedWith(answer, 404, /Session not found/);
      return { ...outcome, isRefused: isReal && outcome.isRefused };
    },
  },
  {
    tried: "20 guessed session ids",
    because: "ids are 122 random bits, and useless without their owner's token",
    async play({ base, demo }) {
      const guesses = Array.from({ length: 20 }, () => crypto.randomUUID());
      const answers = await Promise.all(guesses.map((id) => post(base, demo.access, list, id)));
      return allRefused(answers.map((answer) => refusedWith(answer, 404)));
    },
  },
  {
    tried: "a session id and no token",
    because: "a session id is no credential",
    async play({ base, sessionId }) {
      const { Authorization: _none, ...headers } = rpcHeaders("", sessionId);
      const body = JSON.stringify(list);
      return refusedWith(await send(`${base}/mcp`, { method: "POST", headers, body }), 401);
    },
  },
  {
    tried: "a session that its owner has ended",
    because: "it is forgotten",
    async play({ base, demo }) {
      const id = await openSession(base, demo.access);
      await send(`${base}/mcp`, { method: "DELETE", headers: rpcHeaders(demo.access, id) });
      return refusedWith(await post(base, demo.access, callOf("whoami"), id), 404);
    },
  },
  {
    tried: "a session id of the attacker's choice (fixation)",
    because: "an id comes from the server alone, at initialize",
    async play({ base, demo }) {
      const chosen = "11111111-1111-4111-8111-111111111111";
      const first = await post(base, demo.access, initialize, chosen);
      const after = await post(base, demo.access, list, chosen);
      return allRefused([refusedWith(first, 404), refusedWith(after, 404)]);
    },
  },
];
