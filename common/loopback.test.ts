import { expect, it } from "vitest";
import { isLoopbackHost } from "./loopback.ts";

it.each([
  ["localhost", true],
  ["LOCALHOST", true],
  ["127.0.0.1", true],
  ["127.1.2.3", true],
  ["::1", true],
  ["[::1]", true],
  ["0.0.0.0", false],
  ["localhost.example.com", false],
  ["127.0.0.1.example.com", false],
  ["10.127.0.1", false],
  ["", false],
])("isLoopbackHost(%j) is %j", (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
