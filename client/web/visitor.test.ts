import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { isSameBrowser, networkOf, visitorOf } from "./visitor.ts";

const origin = "http://localhost:8501";
const visitor = (headers: object, url = "/terminal") =>
  visitorOf({ headers, url } as IncomingMessage, "::ffff:203.0.113.7", false);
const cookie = (character: string) => `a=b; cleanauth_browser=${character.repeat(43)}; c`;

describe("a visitor", () => {
  it("is the same with the same cookie, and only then", () => {
    const one = visitor({ origin, cookie: cookie("x") });
    expect(isSameBrowser(one, visitor({ origin, cookie: cookie("x") }))).toBe(true);
    expect(isSameBrowser(one, visitor({ origin, cookie: cookie("y") }))).toBe(false);
    expect(isSameBrowser(one, visitor({ origin }))).toBe(false);
    // Two programs without a cookie are not the same either.
    expect(isSameBrowser(visitor({}), visitor({}))).toBe(false);
  });

  it.each(["cleanauth_browser=short", "cleanauth_browser=", "cleanauth_browser", "=", ";;;"])(
    "is given a new cookie in place of %j",
    (header) => {
      expect(visitor({ origin, cookie: header }).newCookie).toMatch(
        /^cleanauth_browser=[\w-]{43};/,
      );
    },
  );

  it.each([
    ["ko-KR,ko;q=0.9,en;q=0.8", "ko"],
    ["ko,en;q=0.8", "ko"],
    ["en-US,ko;q=0.5", "en"],
    ["", "en"],
  ])("whose browser prefers %j is spoken to in %s", (header, language) => {
    expect(visitor({ origin, "accept-language": header }).language).toBe(language);
  });

  it("asks for a screen by an id of the right form", () => {
    const asked = (query: string) => visitor({ origin }, `/terminal?screen=${query}`).screen;
    expect(asked("a".repeat(22))).toBe("a".repeat(22));
    expect(asked("__proto__")).toBeNull();
    expect(asked("../".repeat(8))).toBeNull();
  });
});

describe("networkOf", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:0DB8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:ffff::", "2001:db8:1:2::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["unknown", "unknown"],
  ])("counts %s as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
