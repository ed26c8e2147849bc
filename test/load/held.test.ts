import { randomUUID } from "node:crypto";
import { type ClientRequest, get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { openSession, rpcHeaders, send } from "@cleanauth/server/testing/rpc.ts";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openSessions, whoamiCalls } from "./callers.ts";
import { tell } from "./effort.ts";
import { startLoadedServer } from "./loaded-server.ts";
import { makePacedCalls, percentileOf } from "./paced-calls.ts";

const sessionCount = 10_000;
const streamCount = 2_000;
const userCount = 25;
/** The server says something on every stream within this time. */
const keepAliveSeconds = 15;

let pool: TestUserPool;
beforeAll(async () => {
  pool = await startUserPool();
});
afterAll(() => pool.close());

/** A stream that is read. */
interface HeldStream {
  readonly isOpen: () => boolean;
  readonly received: () => string;
}

describe("a server with very many sessions", () => {
  it(`holds ${sessionCount} sessions and ${streamCount} streams, and answers beside them`, async () => {
    const server = await startLoadedServer(pool);
    const [watcher] = await openSessions(server.base, pool, 1);
    const atFirst = server.residentBytes();
    const tokens = await Promise.all(
      Array.from({ length: userCount }, () => pool.token({ sub: randomUUID() })),
    );
    const tokenOf = (n: number) => tokens[n % userCount] ?? "";
    for (let n = 0; n < sessionCount; n += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, k) => openSession(server.base, tokenOf(n + k))),
      );
    }
    const withSessions = server.residentBytes();
    const streams: HeldStream[] = [];
    for (let n = 0; n < streamCount; n += 50) {
      const opening = Array.from({ length: 50 }, (_, k) => openStream(server.base, tokenOf(n + k)));
      streams.push(...(await Promise.all(opening)));
    }
    const withStreams = server.residentBytes();
    const { json } = await send(`${server.base}/health`);
    expect(json).toMatchObject({ status: "ok", sessions: sessionCount + streamCount + 1 });

    const pace = { callsPerSecond: 50, seconds: keepAliveSeconds + 3 };
    const calls = await makePacedCalls(whoamiCalls(server.base, watcher ? [watcher] : [], pace));
    expect(calls.failures).toEqual({});
    expect(streams.filter(({ isOpen }) => !isOpen())).toEqual([]);
    const silent = streams.filter(({ received }) => !received().includes(": "));
    expect(silent).toEqual([]);

    const mib = (bytes: number | null) => `${Math.round((bytes ?? Number.NaN) / 2 ** 20)} MiB`;
    const each = ((withStreams ?? Number.NaN) - (withSessions ?? Number.NaN)) / streamCount;
    tell(`memory: ${mib(atFirst)} at first, ${mib(withSessions)} with ${sessionCount} sessions`);
    tell(`${Math.round(each / 1024)} KiB for each of ${streamCount} streams`);
    tell(`p99 of a call beside them: ${percentileOf(calls.milliseconds, 0.99).toFixed(1)} ms`);
  }, 240_000);

  it("forgets the sessions of streams whose other end went away", async () => {
    const server = await startLoadedServer(pool);
    const token = await pool.token();
    const requests: ClientRequest[] = [];
    for (let n = 0; n < 200; n += 1) await openStream(server.base, token, requests);
    for (const request of requests) request.destroy();
    await expect
      .poll(async () => (await send(`${server.base}/health`)).json.sessions, { timeout: 20_000 })
      .toBe(0);
    await sleep(0);
  });
});

function openStream(
  base: string,
  token: string,
  requests: ClientRequest[] = [],
): Promise<HeldStream> {
  return new Promise((resolve, reject) => {
    let received = "";
    let isOpen = true;
    const headers = rpcHeaders(token);
    const request = get(`${base}/sse`, { headers, agent: false }, (response: IncomingMessage) => {
      if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}`));
      response.setEncoding("utf8").on("data", (text) => {
        received += text;
      });
      response.on("error", () => {});
      response.on("close", () => {
        isOpen = false;
      });
      resolve({ isOpen: () => isOpen, received: () => received });
    });
    request.on("error", reject);
    requests.push(request);
    onTestFinished(() => void request.destroy());
  });
}
