import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../testing/rpc.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** Sends requests at once on one connection, and gives what came back until it ended. */
function sendAtOnce(count: number): Promise<string> {
  const { port } = server;
  const request = `GET /health HTTP/1.1\r\nHost: localhost:${port}\r\n`;
  return new Promise((resolve, reject) => {
    let answers = "";
    const socket = connect({ port, host: "127.0.0.1" });
    socket.setEncoding("latin1");
    socket.on("data", (text) => {
      answers += text;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answers));
    const last = `${request}Connection: close\r\n\r\n`;
    socket.write(`${request}\r\n`.repeat(count - 1) + last);
  });
}

describe("requests that do not wait for an answer", () => {
  it("are answered in their order while they are few", async () => {
    expect((await sendAtOnce(5)).match(/HTTP\/1.1 200/g)).toHaveLength(5);
  });

  it("end the connection when they are many, and nothing else", async () => {
    const answers = await sendAtOnce(100).catch(() => "");
    expect(answers.match(/HTTP\/1.1 200/g)?.length ?? 0).toBeLessThan(100);
    expect((await send(`${server.base}/health`)).status).toBe(200);
  });
});
