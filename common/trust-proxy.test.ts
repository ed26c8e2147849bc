import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { createAddressOf, type TrustProxy, trustProxySetting } from "./trust-proxy.ts";

const parse = (text: string) => trustProxySetting.safeParse(text).data;

describe("trustProxySetting", () => {
  it.each([
    ["0", false],
    ["2", 2],
    ["loopback, 10.0.0.0/8", ["loopback", "10.0.0.0/8"]],
    ["fd00::/8", ["fd00::/8"]],
  ])("takes %s", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each(["true", "", "10.0.0.0/33", "10.0.0.0/8/8", "example.com", "99", "fe80::1%eth0"])(
    "refuses %j",
    (text) => {
      expect(parse(text)).toBeUndefined();
    },
  );

  it.each([
    "0.0.0.0/0",
    "0.0.0.0/1, 128.0.0.0/1",
    "8.8.8.8/0",
    "::/0",
    "2000::/3",
    "::ffff:0:0/96",
    "0:0:0:0:0:ffff:0.0.0.0/96",
    "::ffff:10.0.0.0/103",
    "loopback,0.0.0.0/0",
  ])("refuses %s, which trusts everyone", (text) => {
    expect(parse(text)).toBeUndefined();
  });
});

describe("the address of a request", () => {
  const addressOf = (trust: TrustProxy, remoteAddress: string, forwarded?: string) =>
    createAddressOf(trust)({
      headers: { "x-forwarded-for": forwarded },
      socket: { remoteAddress },
    } as unknown as IncomingMessage);

  it.each<[string, TrustProxy, string, string | undefined, string]>([
    ["nobody is trusted", false, "10.0.0.9", "203.0.113.7", "10.0.0.9"],
    ["one hop is", 1, "10.0.0.9", "198.51.100.1, 203.0.113.7", "203.0.113.7"],
    ["two hops are", 2, "10.0.0.9", "203.0.113.7, 10.0.0.8", "203.0.113.7"],
    ["there were fewer hops than are trusted", 2, "10.0.0.9", "203.0.113.7", "203.0.113.7"],
    ["a subnet is", ["10.0.0.0/8"], "10.0.0.9", "198.51.100.1, 203.0.113.7", "203.0.113.7"],
    ["a stranger claims it", ["10.0.0.0/8"], "203.0.113.7", "198.51.100.1", "203.0.113.7"],
    ["the proxy says nothing", 1, "10.0.0.9", undefined, "10.0.0.9"],
    ["the proxy passes on no address", 1, "10.0.0.9", "<b>", "10.0.0.9"],
    ["the proxy adds a port", 1, "10.0.0.9", "203.0.113.7:4711", "10.0.0.9"],
    ["it is IPv6", ["loopback"], "::1", "2001:db8::1", "2001:db8::1"],
  ])("where %s", (_what, trust, remoteAddress, forwarded, expected) => {
    expect(addressOf(trust, remoteAddress, forwarded)).toBe(expected);
  });
});
