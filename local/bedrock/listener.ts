import {
  createServer as createHttp1Server,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import { type AddressInfo, createServer, type Socket } from "node:net";

export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;

/**
 * Listens on loopback for HTTP/1.1 and for HTTP/2 without TLS on one port. The first bytes of a
 * connection tell them apart: HTTP/2 with prior knowledge begins with `PRI * HTTP/2.0`.
 * https://www.rfc-editor.org/rfc/rfc9113#name-http-2-connection-preface
 *
 * @param port 0 takes a free one
 * @param handle called for each request of either protocol
 * @throws the listener's error when the port is taken
 */
export async function listen(
  port: number,
  handle: (request: AnyRequest, response: AnyResponse) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const http1 = createHttp1Server(handle);
  const http2 = createHttp2Server(handle);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A caller that goes away in the middle is no concern of anyone else.
    socket.on("error", () => socket.destroy());
    peek(socket, (isHttp2) => {
      (isHttp2 ? http2 : http1).emit("connection", socket);
      // HTTP/2 reads what was put back by itself; HTTP/1.1 wants it to flow.
      if (!isHttp2) socket.resume();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const preface = Buffer.from("PRI");

/** Reads just enough to decide, puts it back, and hands the socket on. */
function peek(socket: Socket, decided: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    const isPrefix = preface.subarray(0, seen.length).equals(seen.subarray(0, preface.length));
    if (isPrefix && seen.length < preface.length) return;
    socket.off("data", onData);
    socket.pause();
    socket.unshift(seen);
    decided(isPrefix);
  };
  socket.on("data", onData);
}
