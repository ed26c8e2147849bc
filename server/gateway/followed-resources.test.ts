import { expect, it } from "vitest";
import { FollowedResources } from "./followed-resources.ts";

it("is followed from the first session on until the last", () => {
  const followed = new FollowedResources();
  expect(followed.add("kim", "demo://1")).toBe(true);
  expect(followed.add("kim", "demo://1")).toBe(false);
  expect(followed.add("lee", "demo://1")).toBe(true);
  expect(followed.of("kim")).toEqual(["demo://1"]);
  expect(followed.remove("kim", "demo://1")).toBe(false);
  expect(followed.remove("kim", "demo://1")).toBe(true);
  expect(followed.remove("kim", "demo://1")).toBe(false);
  expect(followed.of("kim")).toEqual([]);
  expect(followed.of("lee")).toEqual(["demo://1"]);
});
