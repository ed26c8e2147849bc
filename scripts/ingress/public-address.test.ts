import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { findPublicAddress } from "./public-address.ts";

let stop: (() => void) | undefined;

afterEach(() => stop?.());

/** A service on loopback that answers as it is told. */
async function service(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("one's own public address", () => {
  it.each([
    ["203.0.113.7\n", "203.0.113.7/32"],
    ["2001:db8::7", "2001:db8::7/128"],
  ])("is what the service answers: %j", async (answer, cidr) => {
    const url = await service((_request, response) => response.end(answer));
    expect((await findPublicAddress(url)).text).toBe(cidr);
  });

  it.each([
    ["a page", "<html>203.0.113.7</html>"],
    ["nothing", ""],
    ["a range", "0.0.0.0/0"],
    ["two addresses", "203.0.113.7, 10.0.0.1"],
    ["a private address", "192.168.0.9"],
    ["a loopback address", "127.0.0.1"],
    ["a shared address", "100.64.0.1"],
    ["a link-local address", "fe80::1"],
    ["an IPv4 address in IPv6", "::ffff:203.0.113.7"],
    ["far too much", "203.0.113.7".repeat(10_000)],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00])],
  ])("is not known when the service answers %s", async (_what, answer) => {
    const url = await service((_request, response) => response.end(answer));
    await expect(findPublicAddress(url)).rejects.toMatchObject({ code: "public_address_unknown" });
  });

  it("is not known when the service fails, and the message says how", async () => {
    const url = await service((_request, response) => response.writeHead(503).end("203.0.113.7"));
    await expect(findPublicAddress(url)).rejects.toThrow("it answered 503");
  });

  it("is not asked of where a redirect leads", async () => {
    const url = await service((_request, response) =>
      response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
    );
    await expect(findPublicAddress(url)).rejects.toMatchObject({ code: "public_address_unknown" });
  });

  it("is not known when nothing listens there", async () => {
    const url = await service(() => {});
    stop?.();
    await expect(findPublicAddress(url)).rejects.toThrow(`cannot ask ${url}: ECONNREFUSED`);
  });

  it("is asked over https only", async () => {
    await expect(findPublicAddress("http://checkip.amazonaws.com")).rejects.toThrow("not https");
  });

  it("is not waited for longer than told", async () => {
    const url = await service(() => {});
    await expect(findPublicAddress(url, 0.2)).rejects.toThrow("did not answer in 0.2 seconds");
  });
});
