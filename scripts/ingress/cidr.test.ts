import { describe, expect, it } from "vitest";
import { contains, isTooWide, parseCidr } from "./cidr.ts";

describe("parsing a range of addresses", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7/32"],
    [" 203.0.113.7/32 ", "203.0.113.7/32"],
    ["203.0.113.7/24", "203.0.113.0/24"],
    ["255.255.255.255/1", "128.0.0.0/1"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:DB8:0:0::1", "2001:db8::1/128"],
    ["2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2::/64"],
    ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["::1", "::1/128"],
    ["::/0", "::/0"],
    ["64:ff9b::192.0.2.1/96", "64:ff9b::/96"],
  ])("writes %s as %s", (text, canonical) => {
    expect(parseCidr(text).text).toBe(canonical);
  });

  it.each([
    "",
    "/",
    "203.0.113",
    "203.0.113.256",
    "203.0.113.07",
    "0x7f.1",
    "203.0.113.7/",
    "203.0.113.7/33",
    "203.0.113.7/-1",
    "203.0.113.7/3 2",
    "203.0.113.7/24/24",
    "2001:db8::/129",
    "fe80::1%eth0",
    "::ffff:203.0.113.7",
    "[2001:db8::1]",
    "example.com",
    "203.0.113.7; reboot",
    "１.2.3.4",
  ])("refuses %j", (text) => {
    expect(() => parseCidr(text)).toThrow(expect.objectContaining({ code: "usage_cidr" }));
  });
});

describe("the width of a range", () => {
  it.each([
    ["203.0.113.7/32", false],
    ["203.0.0.0/16", false],
    ["203.0.0.0/15", true],
    ["0.0.0.0/0", true],
    ["2001:db8::1/128", false],
    ["2001:db8:1::/48", false],
    ["2001:db8::/47", true],
    // Wider than any IPv4 range, though its number is greater than 16.
    ["2001:db8::/32", true],
    ["::/0", true],
  ])("of %s needs force: %s", (text, expected) => {
    expect(isTooWide(parseCidr(text))).toBe(expected);
  });
});

describe("a range", () => {
  it.each([
    ["203.0.113.0/24", "203.0.113.7/32", true],
    ["203.0.113.7/32", "203.0.113.7/32", true],
    ["0.0.0.0/0", "203.0.113.7/32", true],
    ["203.0.113.7/32", "203.0.113.0/24", false],
    ["203.0.112.0/24", "203.0.113.7/32", false],
    ["2001:db8::/32", "2001:db8:1::7/128", true],
    ["2001:db8::/48", "2001:db8:1::7/128", false],
    ["::/0", "203.0.113.7/32", false],
  ])("%s holds %s: %s", (outer, inner, expected) => {
    expect(contains(parseCidr(outer), parseCidr(inner))).toBe(expected);
  });
});
