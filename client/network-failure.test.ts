import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { describe, expect, it } from "vitest";
import { describeNetworkFailure, isBrokenConnection } from "./network-failure.ts";

describe("describeNetworkFailure", () => {
  it("knows a port that nobody listens on", async () => {
    const port = await withServer(createTcpServer(), async (port) => port);
    expect(await failureOfFetch(`http://127.0.0.1:${port}/`)).toBe("nothing listens there");
    expect(await failureOfFetch(`http://localhost:${port}/`)).toBe("nothing listens there");
  });

  it("knows a host name that does not exist", async () => {
    expect(await failureOfFetch("http://name.invalid/")).toMatch(/host name/);
  });

  it("knows https on a port that speaks plain HTTP", async () => {
    await withServer(createServer(), async (port) => {
      expect(await failureOfFetch(`https://127.0.0.1:${port}/`)).toMatch(/TLS/);
    });
  });

  it("knows a connection that is cut before an answer", async () => {
    const server = createTcpServer((socket) => socket.destroy());
    await withServer(server, async (port) => {
      const failure = await fetch(`http://127.0.0.1:${port}/`).catch((error) => error);
      expect(describeNetworkFailure(failure)?.en).toBe("the connection was cut");
      expect(isBrokenConnection(failure)).toBe(true);
    });
  });

  it("knows a far end that does not speak HTTP", async () => {
    const server = createTcpServer((socket) =>
      socket.once("data", () => socket.end("SSH-2.0-x\r\n")),
    );
    await withServer(server, async (port) => {
      expect(await failureOfFetch(`http://127.0.0.1:${port}/`)).toMatch(/does not speak HTTP/);
    });
  });

  it("knows a port that fetch does not use", async () => {
    expect(await failureOfFetch("http://127.0.0.1:1/")).toMatch(/another protocol/);
  });

  it("has nothing to say about other errors", () => {
    for (const other of [
      new Error("x"),
      null,
      "ECONNREFUSED",
      { code: 7 },
      new TypeError("fetch failed"),
    ]) {
      expect(describeNetworkFailure(other)).toBeNull();
      expect(isBrokenConnection(other)).toBe(false);
    }
  });

  it("ends on causes that go in a circle", () => {
    const error = new Error("x");
    error.cause = error;
    expect(describeNetworkFailure(error)).toBeNull();
  });
});

async function failureOfFetch(url: string): Promise<string | null> {
  return fetch(url).then(
    () => "an answer",
    (error) => describeNetworkFailure(error)?.en ?? null,
  );
}

async function withServer<Result>(
  server: Server,
  act: (port: number) => Promise<Result>,
): Promise<Result> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await act((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
