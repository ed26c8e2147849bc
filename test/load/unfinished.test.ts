import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { callOf, post, rpcHeaders, send } from "@cleanauth/server/testing/rpc.ts";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type CallerSession, openSessions, whoamiCalls } from "./callers.ts";
import { tell } from "./effort.ts";
import { type LoadedServer, startLoadedServer } from "./loaded-server.ts";
import { makePacedCalls } from "./paced-calls.ts";

const each = 150;
/** The server's longest limit, on a body, is 30 seconds; it looks every two. */
const droppedWithinSeconds = 45;

let pool: TestUserPool;
beforeAll(async () => {
  pool = await startUserPool();
});
afterAll(() => pool.close());

describe("connections that begin and do not go on", () => {
  it.each([
    ["half a head", () => "POST /mcp HTTP/1.1\r\nHost: localh"],
    [
      "half a body",
      (token: string, host: string) =>
        `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"half":`,
    ],
  ])(`are dropped, ${each} of them with %s, and nobody waits for them`, async (_what, textOf) => {
    const server = await startLoadedServer(pool);
    const callers = await openSessions(server.base, pool, 5);
    const { port, host } = new URL(server.base);
    const text = textOf(callers[0]?.token ?? "", host);
    const open = new Set<Socket>();
    for (let n = 0; n < each; n += 1) {
      const socket = connect({ port: Number(port), host: "127.0.0.1" });
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => open.delete(socket));
      socket.resume();
      socket.write(text);
      onTestFinished(() => void socket.destroy());
    }
    const pace = { callsPerSecond: 50, seconds: 5 };
    const { failures } = await makePacedCalls(whoamiCalls(server.base, callers, pace));
    expect(failures).toEqual({});
    const deadline = performance.now() + droppedWithinSeconds * 1000;
    while (open.size > 0 && performance.now() < deadline) await sleep(100);
    expect(open.size).toBe(0);
    expect(server.ended()).toBeNull();
  });
});

const readers = 20;
/** A megabyte each; what the system itself keeps for a connection is some of them. */
const answersAskedFor = 20;

describe("readers that do not read", () => {
  it(`are cut off, ${readers} of them, and what they were to read is not kept`, async () => {
    const server = await startLoadedServer(pool);
    const [reader, ...others] = await openSessions(server.base, pool, 5);
    if (reader === undefined) throw new Error("there is no reader");
    for (let n = 0; n < 100; n += 1) {
      const call = callOf("add_note", { text: "x".repeat(4_000) });
      expect((await post(server.base, reader.token, call, reader.session)).status).toBe(200);
    }
    const before = await leastInUse(server, others);
    const endpoints = await Promise.all(
      Array.from({ length: readers }, () => openUnread(server.base, reader.token)),
    );
    const statuses: number[] = [];
    const asking = endpoints.map(async (endpoint) => {
      for (let id = 1; id <= answersAskedFor; id += 1) {
        const body = JSON.stringify(callOf("list_notes", { limit: 100 }, id));
        const headers = rpcHeaders(reader.token);
        const answer = await send(server.base + endpoint, { method: "POST", headers, body });
        statuses.push(answer.status);
      }
    });
    const pace = { callsPerSecond: 20, seconds: 10 };
    const { failures } = await makePacedCalls(whoamiCalls(server.base, others, pace));
    await Promise.all(asking);
    expect(failures).toEqual({});
    // Its session goes with a stream: what is asked for after that finds none.
    expect(statuses.filter((status) => status !== 202 && status !== 404)).toEqual([]);
    const kept = Math.round(((await leastInUse(server, others)) - before) / 2 ** 20);
    tell(
      `${readers} readers asked for ${readers * answersAskedFor} MB; ${kept} MiB are kept of it`,
    );
    expect(kept).toBeLessThan((readers * answersAskedFor) / 8);
    await expect
      .poll(async () => (await send(`${server.base}/health`)).json.sessions, { timeout: 20_000 })
      .toBeLessThanOrEqual(others.length + 1);
    expect(server.ended()).toBeNull();
  });
});

/** What is in use once garbage is collected: the least that is seen while calls go on. */
async function leastInUse(
  server: LoadedServer,
  callers: readonly CallerSession[],
): Promise<number> {
  const pace = { callsPerSecond: 200, seconds: 8 };
  const calls = makePacedCalls(whoamiCalls(server.base, callers, pace));
  let isOver = false;
  void calls.finally(() => {
    isOver = true;
  });
  let least = Number.POSITIVE_INFINITY;
  while (!isOver) {
    const [heap, external] = await Promise.all([
      server.metric("nodejs_heap_size_used_bytes"),
      server.metric("nodejs_external_memory_bytes"),
    ]);
    least = Math.min(least, heap + external);
    await sleep(200);
  }
  expect((await calls).failures).toEqual({});
  return least;
}

/** Opens a stream of HTTP+SSE, reads its first event and nothing more; gives where to post to. */
function openUnread(base: string, token: string): Promise<string> {
  const { host, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: "127.0.0.1" });
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk.toString();
      const endpoint = /^data: (\/messages\S+)/m.exec(text)?.[1];
      if (endpoint === undefined) return;
      socket.off("data", take);
      socket.pause();
      resolve(endpoint);
    };
    socket.on("data", take);
    socket.on("error", reject);
    socket.write(`GET /sse HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    onTestFinished(() => void socket.destroy());
  });
}
