import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createWeatherService } from "./weather-service.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const nobodyAborts = new AbortController().signal;

function read(baseUrl: string, path = "/x", signal = nobodyAborts) {
  const service = createWeatherService({
    baseUrl,
    userAgent: "test/1",
    timeoutMilliseconds: 2000,
    maximumBytes: 1000,
  });
  return service.read(path, signal);
}

describe("createWeatherService", () => {
  it("names itself and gives the JSON that it was answered", async () => {
    const url = await serve((req, res) =>
      res.end(JSON.stringify({ agent: req.headers["user-agent"], path: req.url })),
    );
    expect(await read(url, "/points/1,2")).toEqual({
      kind: "answer",
      body: { agent: "test/1", path: "/points/1,2" },
    });
  });

  it("follows a redirect within its own origin", async () => {
    const url = await serve((req, res) =>
      req.url === "/x" ? res.writeHead(301, { Location: "/y" }).end() : res.end("{}"),
    );
    expect(await read(url)).toEqual({ kind: "answer", body: {} });
  });

  it("follows neither a redirect nor a link to another origin", async () => {
    let visits = 0;
    const elsewhere = await serve((_req, res) => {
      visits += 1;
      res.end("{}");
    });
    const url = await serve((_req, res) => res.writeHead(302, { Location: elsewhere }).end());
    expect(await read(url)).toMatchObject({ kind: "failed" });
    expect(await read(url, `${elsewhere}/forecast`)).toMatchObject({ kind: "failed" });
    expect(await read(url, "file:///etc/passwd")).toMatchObject({ kind: "failed" });
    expect(await read(url, "no url")).toMatchObject({ kind: "failed" });
    expect(visits).toBe(0);
  });

  it("gives up on redirects that go round", async () => {
    const url = await serve((_req, res) => res.writeHead(302, { Location: "/x" }).end());
    expect(await read(url)).toMatchObject({ kind: "failed", text: /redirected/ });
  });

  it.each([400, 404])("takes status %i for a place that is not covered", async (status) => {
    const url = await serve((_req, res) => res.writeHead(status).end("{}"));
    expect(await read(url)).toEqual({ kind: "not-found" });
  });

  it.each([
    ["an error of the service", (_req, res) => res.writeHead(503).end(), /status 503/],
    [
      "an answer that is too large",
      (_req, res) => res.end(JSON.stringify("x".repeat(2000))),
      /large/,
    ],
    ["an answer that is no JSON", (_req, res) => res.end("<html>"), /JSON/],
    ["an answer that never comes", () => {}, /did not answer within 2 seconds/],
    ["an answer that never ends", (_req, res) => res.write("{"), /did not answer within/],
    ["a connection that is cut", (req) => req.socket.destroy(), /out of reach/],
  ] satisfies [string, RequestListener, RegExp][])("words %s", async (_case, listener, text) => {
    const answer = await read(await serve(listener));
    expect(answer).toMatchObject({ kind: "failed", text: expect.stringMatching(text) });
  });

  it("words a service that is not there", async () => {
    expect(await read("http://127.0.0.1:1")).toMatchObject({ kind: "failed", text: /reach/ });
  });

  it("throws when nobody waits for the answer any more", async () => {
    const url = await serve(() => {});
    const controller = new AbortController();
    const answer = read(url, "/x", controller.signal);
    controller.abort();
    await expect(answer).rejects.toThrow(/abort/i);
  });
});
