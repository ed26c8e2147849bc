import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../testing/self-signed-certificate.ts";
import { createDocumentFetcher, isDocumentUrl, judgeDocument } from "./client-documents.ts";
import { isPublicAddress } from "./public-address.ts";

describe("isDocumentUrl", () => {
  it("takes https with a name and a path", () => {
    expect(isDocumentUrl("https://app.example.com/client.json")).toBe(true);
  });

  it.each([
    "http://app.example.com/client.json",
    "https://app.example.com/",
    "https://app.example.com",
    "https://app.example.com:8443/client.json",
    "https://user@app.example.com/client.json",
    "https://app.example.com/client.json#x",
    "https://app.example.com/a/../client.json",
    "https://APP.example.com/client.json",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/client.json",
    "https://0x7f000001/client.json",
    "https://localhost/client.json",
    `https://app.example.com/${"x".repeat(600)}`,
  ])("refuses %s", (url) => {
    expect(isDocumentUrl(url)).toBe(false);
  });
});

describe("isPublicAddress", () => {
  it.each(["8.8.8.8", "2606:4700::1111"])("takes %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    "127.0.0.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:169.254.169.254",
    "fd00:ec2::254",
    "fe80::1",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
    "::169.254.169.254",
    "64:ff9b:1::a9fe:a9fe",
    "fec0::1",
    "4000::1",
    "2001:db8::1",
    "not an address",
    "",
  ])("refuses %s", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe("fetching a document", () => {
  const certificate = makeCertificate();
  const id = "https://app.localhost.example/client.json";
  const document = { client_id: id, client_name: "App", redirect_uris: ["https://a.example/cb"] };
  const seen: string[] = [];
  let server: Server;
  let port: number;

  /** The certificate is for localhost, so that is the name; what it resolves to is the test's. */
  const url = (path: string) => `https://localhost.localdomain${path}`;

  beforeAll(async () => {
    server = createServer({ cert: certificate.cert, key: certificate.key }, (req, res) => {
      seen.push(req.url ?? "");
      const json = { "Content-Type": "application/json" };
      if (req.url === "/redirect") {
        return res.writeHead(302, { Location: "/client.json" }).end();
      }
      if (req.url === "/html") return res.writeHead(200, { "Content-Type": "text/html" }).end("{}");
      if (req.url === "/missing") return res.writeHead(404, json).end("{}");
      if (req.url === "/endless") return void res.writeHead(200, json).write(" ");
      if (req.url === "/silent") return;
      if (req.url === "/long") return res.writeHead(200, json).end(" ".repeat(6_000));
      res.writeHead(200, json).end(
        JSON.stringify({
          ...document,
          client_id: `https://${req.headers.host?.split(":")[0]}${req.url}`,
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const loopback = async () => [{ address: "127.0.0.1", family: 4 }];
  const fetcher = (more: Parameters<typeof createDocumentFetcher>[0] = {}) =>
    createDocumentFetcher({
      resolve: loopback,
      isAllowedAddress: () => true,
      port,
      ca: certificate.cert,
      servername: "localhost",
      milliseconds: 1_000,
      ...more,
    });

  it("reads a document that is about the client whose id its URL is, and remembers it", async () => {
    const fetchDocument = fetcher();
    const outcome = await fetchDocument(url("/client.json"));
    expect(outcome).toMatchObject({ metadata: { name: "App" } });
    const before = seen.length;
    expect(await fetchDocument(url("/client.json"))).toMatchObject({ metadata: { name: "App" } });
    expect(seen.length).toBe(before);
  });

  it.each([
    ["/redirect", "its document cannot be fetched"],
    ["/missing", "its document cannot be fetched"],
    ["/html", "its document cannot be fetched"],
    ["/long", "its document is longer than 5 KB"],
    ["/endless", "its document cannot be fetched"],
    ["/silent", "its document cannot be fetched"],
  ])("gives up on %s, and follows nothing", async (path, problem) => {
    const before = seen.length;
    expect(await fetcher()(url(path))).toEqual({ problem });
    expect(seen.slice(before)).toEqual([path]);
  });

  it("connects to nothing where a name resolves to an address that is not public", async () => {
    const before = seen.length;
    const fetchDocument = createDocumentFetcher({ resolve: loopback, port, ca: certificate.cert });
    expect(await fetchDocument(url("/client.json"))).toEqual({
      problem: "its document cannot be fetched",
    });
    expect(seen.length).toBe(before);
  });

  it("connects to nothing where one of several addresses is not public", async () => {
    const mixed = async () => [
      { address: "8.8.8.8", family: 4 },
      { address: "169.254.169.254", family: 4 },
    ];
    const outcome = await createDocumentFetcher({ resolve: mixed })(url("/client.json"));
    expect(outcome).toEqual({ problem: "its document cannot be fetched" });
  });

  it("resolves a name once, and connects to what it resolved to", async () => {
    let resolutions = 0;
    const once = async () => {
      resolutions += 1;
      return loopback();
    };
    await fetcher({ resolve: once })(url("/client.json"));
    expect(resolutions).toBe(1);
  });

  it("does not wait for a resolver for ever", async () => {
    const never = () => new Promise<never>(() => {});
    const outcome = await fetcher({ resolve: never, milliseconds: 50 })(url("/client.json"));
    expect(outcome).toEqual({ problem: "its document cannot be fetched" });
  });

  it("asks for eight at a time, and no more", async () => {
    const never = () => new Promise<never>(() => {});
    let resolutions = 0;
    const count = () => {
      resolutions += 1;
      return never();
    };
    const fetchDocument = fetcher({ resolve: count, milliseconds: 200 });
    const all = Array.from({ length: 20 }, (_, at) => fetchDocument(url(`/${at + 1}.json`)));
    await Promise.all(all);
    expect(resolutions).toBe(8);
  });

  it("trusts no certificate but one for the name", async () => {
    const outcome = await createDocumentFetcher({
      resolve: loopback,
      isAllowedAddress: () => true,
      port,
      ca: certificate.cert,
    })(url("/client.json"));
    expect(outcome).toEqual({ problem: "its document cannot be fetched" });
  });

  it.each([
    ["about another client", JSON.stringify({ ...document, client_id: "https://b.example/c" })],
    ["no JSON", "<html>"],
    ["no object", "null"],
    ["without redirect URIs", JSON.stringify({ client_id: id })],
    ["with a script", JSON.stringify({ ...document, redirect_uris: ["javascript:x"] })],
  ])("refuses a document that is %s", (_case, text) => {
    expect(judgeDocument(id, text)).toHaveProperty("problem");
  });
});
