import { describe, expect, it } from "vitest";
import { isMeantForUs, mayConnect, ownAddress } from "./own-address.ts";

const local = ownAddress({ port: 8501, isTls: false });
const hosted = ownAddress({ port: 8501, isTls: false, publicUrl: "http://203.0.113.7:8080" });
const proxied = ownAddress({ port: 8501, isTls: false, publicUrl: "https://chat.example" });
const secure = ownAddress({ port: 8501, isTls: true, publicUrl: "https://chat.example:8080" });

describe("isMeantForUs", () => {
  it.each([
    ["localhost", local, "localhost:8501", true],
    ["localhost in capitals", local, "LOCALHOST:8501", true],
    ["the IPv4 loopback", local, "127.0.0.1:8501", true],
    ["the IPv6 loopback", local, "[::1]:8501", true],
    ["another port", local, "localhost:8080", false],
    ["no port", local, "localhost", false],
    ["a name that was made to point here", local, "attacker.example:8501", false],
    ["a name that begins like ours", local, "localhost.attacker.example:8501", false],
    ["another loopback address", local, "127.0.0.2:8501", false],
    ["nothing", local, undefined, false],
    ["an empty one", local, "", false],
    ["the public address with this port", hosted, "203.0.113.7:8501", true],
    ["the public name behind a proxy", proxied, "chat.example", true],
    ["another public name", proxied, "evil.example", false],
  ])("takes Host %s as it should", (_what, address, host, expected) => {
    expect(isMeantForUs(address, host === undefined ? {} : { host })).toBe(expected);
  });
});

describe("mayConnect", () => {
  it.each([
    [
      "a page of this address",
      local,
      { host: "localhost:8501", origin: "http://localhost:8501" },
      true,
    ],
    ["a program, which sends no Origin", local, { host: "127.0.0.1:8501" }, true],
    [
      "the page of the public address",
      hosted,
      { host: "203.0.113.7:8501", origin: "http://203.0.113.7:8501" },
      true,
    ],
    [
      "the page behind a proxy that ends TLS",
      proxied,
      { host: "chat.example", origin: "https://chat.example" },
      true,
    ],
    [
      "the page over TLS",
      secure,
      { host: "chat.example:8501", origin: "https://chat.example:8501" },
      true,
    ],
    [
      "a page of another site",
      local,
      { host: "localhost:8501", origin: "https://attacker.example" },
      false,
    ],
    [
      "a page of another port",
      local,
      { host: "localhost:8501", origin: "http://localhost:3000" },
      false,
    ],
    [
      "a page of our other name",
      local,
      { host: "localhost:8501", origin: "http://127.0.0.1:8501" },
      false,
    ],
    ["a page without an origin", local, { host: "localhost:8501", origin: "null" }, false],
    [
      "a page with another scheme",
      local,
      { host: "localhost:8501", origin: "https://localhost:8501" },
      false,
    ],
    [
      "an unencrypted page where we speak TLS",
      secure,
      { host: "chat.example:8501", origin: "http://chat.example:8501" },
      false,
    ],
    [
      "an origin that begins like ours",
      local,
      { host: "localhost:8501", origin: "http://localhost:8501.attacker.example" },
      false,
    ],
    ["an empty origin", local, { host: "localhost:8501", origin: "" }, false],
    [
      "a rebound name",
      local,
      { host: "attacker.example:8501", origin: "http://attacker.example:8501" },
      false,
    ],
    [
      "a browser that hides its Origin",
      local,
      { host: "localhost:8501", "sec-fetch-site": "cross-site" },
      false,
    ],
  ])("judges %s", (_what, address, headers, expected) => {
    expect(mayConnect(address, headers)).toBe(expected);
  });
});
