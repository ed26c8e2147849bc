import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { callOf, post } from "@cleanauth/server/testing/rpc.ts";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openSessions, whoamiCalls } from "./callers.ts";
import { tell } from "./effort.ts";
import { startLoadedServer } from "./loaded-server.ts";
import { makePacedCalls } from "./paced-calls.ts";

/** How many connections of others the server has open, as the system counts them. */
function openOnServer(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  const established = " 01 ";
  const lines = readFileSync("/proc/net/tcp", "utf8").split("\n");
  return lines.filter((line) => {
    const [, address = "", , state] = line.trim().split(/\s+/);
    return `${address} `.endsWith(local) && ` ${state} ` === established;
  }).length;
}

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
  it(`are dropped, ${readers} of them, and what they were to read is not kept`, async () => {
    const server = await startLoadedServer(pool);
    const [reader, ...others] = await openSessions(server.base, pool, 5);
    if (reader === undefined) throw new Error("there is no reader");
    for (let n = 0; n < 100; n += 1) {
      const call = callOf("add_note", { text: "x".repeat(4_000) });
      expect((await post(server.base, reader.token, call, reader.session)).status).toBe(200);
    }
    const { port, host } = new URL(server.base);
    const call = (id: number) => JSON.stringify(callOf("list_notes", { limit: 100 }, id));
    const request = (id: number) =>
      `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${reader.token}\r\n` +
      `Mcp-Session-Id: ${reader.session}\r\nAccept: application/json, text/event-stream\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${call(id).length}\r\n\r\n${call(id)}`;
    const before = server.residentBytes() ?? 0;
    const open = new Set<Socket>();
    for (let n = 0; n < readers; n += 1) {
      const socket = connect({ port: Number(port), host: "127.0.0.1" });
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => open.delete(socket));
      for (let k = 0; k < answersAskedFor; k += 1) socket.write(request(n * answersAskedFor + k));
      onTestFinished(() => void socket.destroy());
    }
    const pace = { callsPerSecond: 20, seconds: 10 };
    const { failures } = await makePacedCalls(whoamiCalls(server.base, others, pace));
    expect(failures).toEqual({});
    const kept = Math.round(((server.residentBytes() ?? 0) - before) / 2 ** 20);
    tell(
      `${readers} readers asked for ${readers * answersAskedFor} MB; memory grew by ${kept} MiB`,
    );
    expect(kept).toBeLessThan((readers * answersAskedFor) / 2);
    // The far end of a connection that was dropped hears of it by reading on.
    const deadline = performance.now() + droppedWithinSeconds * 2_000;
    while (openOnServer(Number(port)) > 0 && performance.now() < deadline) await sleep(500);
    expect(openOnServer(Number(port))).toBe(0);
    expect(server.ended()).toBeNull();
  });
});
