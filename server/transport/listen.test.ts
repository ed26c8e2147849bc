import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { closeListener, createListener, listen } from "./listen.ts";

const bounds = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 };

async function start(): Promise<number> {
  const listener = createListener(null, bounds);
  listener.server.on("request", (req, res) => req.on("data", () => {}).on("end", () => res.end()));
  onTestFinished(() => closeListener(listener, 0));
  return listen(listener, { host: "127.0.0.1", port: 0, variable: "PORT" }, () => {});
}

/** Sends something, and gives what comes until the server ends the connection. */
function untilDropped(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => {
      socket.write(bytes);
    });
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("end", () => {
      socket.destroy();
      resolve(text);
    });
  });
}

describe("a connection is dropped", () => {
  it.each([
    ["that never sends anything", ""],
    ["that stops in the middle of its head", "POST /mcp HTTP/1.1\r\nHost: x\r\n"],
    [
      "that stops in the middle of its body",
      "POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    ],
    [
      "that stops in the middle of a chunk",
      "POST /mcp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\na\r\nabc",
    ],
  ])("%s", async (_case, bytes) => {
    const port = await start();
    expect(await untilDropped(port, bytes)).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });
});
