import { expect, it } from "vitest";
import { AddressLimit } from "./address-limit.ts";

it("lets an address go on until it has had its number, and says how long to wait", () => {
  let now = 0;
  const limit = new AddressLimit(2, () => now);
  expect([limit.count("192.0.2.1"), limit.count("192.0.2.1")]).toEqual([null, null]);
  now = 20_000;
  expect(limit.count("192.0.2.1")).toBe(40);
  expect(limit.count("192.0.2.2")).toBeNull();
  now = 60_000;
  expect(limit.count("192.0.2.1")).toBeNull();
});

it.each([
  ["an IPv4 address, however it is written", "192.0.2.1", "::ffff:192.0.2.1", true],
  ["all addresses of an IPv6 /64", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true],
  ["not those of the next /64", "2001:db8:1:2::1", "2001:db8:1:3::1", false],
])("takes for one: %s", (_case, one, other, isOne) => {
  const limit = new AddressLimit(1, () => 0);
  limit.count(one);
  expect(limit.count(other) !== null).toBe(isOne);
});

it("is off with 0", () => {
  const limit = new AddressLimit(0, () => 0);
  expect([1, 2, 3].map(() => limit.count("192.0.2.1"))).toEqual([null, null, null]);
});

it("gives those who did too much a few trials between them, and never many in a row", () => {
  let now = 0;
  const limit = new AddressLimit(1, () => now);
  const trialsOf = (address: string) =>
    Array.from({ length: 20 }, () => limit.mayTry(address)).filter(Boolean).length;
  expect(trialsOf("192.0.2.1")).toBe(20);
  for (const address of ["192.0.2.1", "192.0.2.2"]) limit.count(address);
  expect(trialsOf("192.0.2.1")).toBe(5);
  expect(trialsOf("192.0.2.2")).toBe(0);
  now = 100;
  expect(trialsOf("192.0.2.2")).toBe(5);
  expect(trialsOf("192.0.2.3")).toBe(20);
});
