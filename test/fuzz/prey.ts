import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { callOf, openSession, post, rpcHeaders, send } from "@cleanauth/server/testing/rpc.ts";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { exchange, type HostileAnswer } from "./exchange.ts";
import type { HostileRequest } from "./hostile-requests.ts";

/** A server, somebody who uses it in peace, and somebody who does not. */
export interface Prey {
  /** What must never be seen by anybody but its owner. */
  readonly secrets: readonly string[];
  /** The attacker's own good token. */
  readonly ownToken: string;
  attack(hostile: HostileRequest): Promise<HostileAnswer>;
  /** Throws unless the other user's session, stream and notes are as they were. */
  requireUnharmed(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Prepares a server for attacks: a victim with a note, a session on each transport and their open
 * streams; an attacker with a token and a session.
 *
 * @param base the server's URL with its address
 * @param pool whose tokens it accepts
 */
export async function preparePrey(base: string, pool: TestUserPool): Promise<Prey> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const strangersPool = await startUserPool(pool.poolId);
  const [ownToken, victimToken, expired, foreign] = await Promise.all([
    pool.token({ sub: randomUUID(), username: "attacker" }),
    pool.token({ sub: randomUUID(), username: "victim" }),
    pool.token({ exp: 1_000_000_000 }),
    strangersPool.token(),
  ]);
  await strangersPool.close();

  const secret = `the victim's secret ${randomUUID()}`;
  const victimSession = await openSession(base, victimToken);
  await post(base, victimToken, callOf("add_note", { text: secret }), victimSession);
  const stream = await listen(`${base}/mcp`, rpcHeaders(victimToken, victimSession));
  const sse = await listen(`${base}/sse`, rpcHeaders(victimToken));
  const sseSession = /sessionId=([\w-]+)/.exec(await sse.first())?.[1] ?? "";
  const receivedBefore = sse.text().length;
  let ownSession = await openSession(base, ownToken);

  function headersOf(hostile: HostileRequest): Record<string, string> {
    const { credentials, session, body } = hostile;
    const authorization = {
      own: `Bearer ${ownToken}`,
      expired: `Bearer ${expired}`,
      "foreign-key": `Bearer ${foreign}`,
      none: undefined,
      "made-up": "authorization" in credentials ? credentials.authorization : undefined,
    }[credentials.kind];
    const id = sessionIdOf(session);
    return {
      Accept: "application/json, text/event-stream",
      "Content-Type": "application/json",
      // Node frames no body of DELETE by itself, and it would be taken for the next request.
      "Content-Length": String(body.length),
      ...(authorization !== undefined && { Authorization: authorization }),
      ...(id !== undefined && { "Mcp-Session-Id": id }),
      ...hostile.headers,
    };
  }

  function sessionIdOf(session: HostileRequest["session"]): string | undefined {
    if (session.kind === "made-up") return session.id;
    if (session.kind === "none") return undefined;
    return session.kind === "own" ? ownSession : victimSession;
  }

  return {
    secrets: [secret, victimToken, sseSession],
    ownToken,
    async attack(hostile) {
      const { session } = hostile;
      const inQuery = session.kind === "of-somebody-else" ? sseSession : sessionIdOf(session);
      const path = hostile.path.replaceAll("{session}", encodeURIComponent(inQuery ?? ""));
      const answer = await exchange(agent, base, { ...hostile, path }, headersOf(hostile));
      const opened = answer.headers["mcp-session-id"];
      const isGone = hostile.method === "DELETE" && answer.status < 300;
      if (typeof opened === "string" && opened !== ownSession) await endSession(opened);
      else if (isGone) ownSession = await openSession(base, ownToken);
      return answer;
    },
    async requireUnharmed() {
      const notes = await post(base, victimToken, callOf("list_notes"), victimSession);
      const texts = notes.json?.result?.structuredContent?.notes?.map(
        ({ text }: { text: string }) => text,
      );
      if (JSON.stringify(texts) !== JSON.stringify([secret])) {
        throw new Error(`The victim's notes are ${notes.status} ${notes.text}`);
      }
      if (stream.isOver() || sse.isOver()) throw new Error("A stream of the victim's has ended");
      const received = stream.text() + sse.text().slice(receivedBefore);
      // Comments and an empty first event are the server's own.
      if (received.includes("jsonrpc")) throw new Error(`The victim received ${received}`);
    },
    async close() {
      stream.end();
      sse.end();
      agent.destroy();
    },
  };

  async function endSession(id: string): Promise<void> {
    await send(`${base}/mcp`, { method: "DELETE", headers: rpcHeaders(ownToken, id) });
  }
}

async function listen(url: string, headers: Record<string, string>) {
  const controller = new AbortController();
  const response = await fetch(url, { headers, signal: controller.signal });
  if (!response.ok) throw new Error(`No stream: ${response.status}`);
  let text = "";
  let isOver = false;
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const reading = (async () => {
    for (;;) {
      const part = await reader?.read();
      if (part === undefined || part.done) break;
      text += part.value;
    }
  })();
  void reading
    .catch(() => {})
    .finally(() => {
      isOver = true;
    });
  return {
    text: () => text,
    isOver: () => isOver,
    async first() {
      while (text === "") await new Promise((resolve) => setTimeout(resolve, 5));
      return text;
    },
    end: () => controller.abort(),
  };
}
