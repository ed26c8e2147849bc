import { expect, test } from "vitest";
import { BoundedMap } from "./bounded-map.ts";

test("forgets the oldest entry when it is full, and counts an entry set again as new", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.set("a", 3);
  map.set("c", 4);
  expect(map.get("b")).toBeUndefined();
  expect([...map.values()]).toEqual([3, 4]);
});
