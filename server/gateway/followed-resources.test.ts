import { expect, it } from "vitest";
import type { Follower } from "../mcp/features.ts";
import { FollowedResources } from "./followed-resources.ts";

const sessionOf = (subject: string) => ({ owner: { subject } }) as Follower;

it("is followed from the first session on until the last, and no session leaves twice", async () => {
  const followed = new FollowedResources();
  const [first, second, other] = [sessionOf("kim"), sessionOf("kim"), sessionOf("lee")];
  for (const session of [first, second, other]) {
    followed.set("demo://1", session, Promise.resolve(session.owner.subject));
  }
  followed.delete("demo://1", first);
  followed.delete("demo://1", first);
  expect(followed.all("kim")).toEqual([["demo://1", second]]);
  expect(followed.all(null)).toHaveLength(2);
  followed.delete("demo://1", second);
  expect(followed.isAny("kim")).toBe(false);
  expect(followed.answer("demo://1", "kim")).toBeUndefined();
  expect(await followed.answer("demo://1", null)).toBe("lee");
  followed.delete("demo://1", other);
  expect(followed.isAny(null)).toBe(false);
});
