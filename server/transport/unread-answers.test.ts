import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { callOf, initialize, openSession, rpcHeaders, send } from "../testing/rpc.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

// Clients that do not wait for what they asked for, or are gone before it is there.

let server: TestServer;
let token = "";
beforeAll(async () => {
  server = await startTestServer({ MAX_SESSIONS: "80" });
  token = await server.pool.token();
  await server.untilHealthy();
});
afterAll(() => server?.stop());

/** A request as it goes over the wire. */
function request(method: string, headers: Record<string, string>, message?: unknown): string {
  const body = message === undefined ? "" : JSON.stringify(message);
  const all = {
    Host: new URL(server.base).host,
    ...headers,
    ...(body !== "" && { "Content-Length": String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} /mcp HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

async function open(): Promise<Socket> {
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

/** Has the server believe that so much time has passed, and look after its requests. */
async function passSeconds(seconds: number): Promise<void> {
  const now = Performance.prototype.now.bind(performance);
  const spy = vi.spyOn(performance, "now").mockImplementation(() => now() + seconds * 1000);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  spy.mockRestore();
}

const sessions = async () => {
  const { json } = await send(`${server.base}/health`);
  return json.sessions as number;
};

describe("an answer that waits behind a stream on its connection", () => {
  it("is left alone, however long it waits, and sent when the stream has ended", async () => {
    const session = await openSession(server.base, token);
    const socket = await open();
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    const headers = rpcHeaders(token, session);
    const { "Content-Type": _, ...streamHeaders } = headers;
    socket.write(request("GET", streamHeaders) + request("POST", headers, callOf("whoami")));
    await vi.waitFor(() => expect(text).toContain("text/event-stream"), 5_000);
    await passSeconds(20);
    expect((await send(`${server.base}/health`)).status).toBe(200);
    expect(server.logLines.join("")).not.toContain("ERR_HTTP_HEADERS_SENT");
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
  }, 20_000);
});

describe("a client that is gone before its session is there", () => {
  it("holds neither the session nor the server's stop", async () => {
    const before = await sessions();
    for (let count = 0; count < 4; count += 1) {
      const socket = await open();
      socket.write(request("POST", rpcHeaders(token), initialize));
      setImmediate(() => socket.resetAndDestroy());
    }
    await vi.waitFor(async () => expect(await sessions()).toBeGreaterThan(before), 5_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const startedAt = performance.now();
    const other = await startTestServer({ SESSION_IDLE_SECONDS: "1" }, { pool: server.pool });
    for (let count = 0; count < 4; count += 1) {
      const socket = connect(other.port, "127.0.0.1");
      socket.on("error", () => {});
      await new Promise((resolve) => socket.once("connect", resolve));
      socket.write(
        request("POST", rpcHeaders(token), initialize).replace(
          new URL(server.base).host,
          new URL(other.base).host,
        ),
      );
      setImmediate(() => socket.resetAndDestroy());
    }
    await vi.waitFor(
      async () => {
        const { json } = await send(`${other.base}/health`);
        expect(json.sessions).toBe(0);
        expect(other.logLines.join("")).toContain('"status":499');
      },
      { timeout: 10_000, interval: 200 },
    );
    const stopping = performance.now();
    await other.stop();
    // What is under way is waited for: seven seconds for a request that nobody ends.
    expect(performance.now() - stopping).toBeLessThan(6_000);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  }, 40_000);
});
