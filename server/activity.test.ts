import { expect, it } from "vitest";
import { Activity } from "./activity.ts";

it("is idle at once when nothing is under way", async () => {
  expect(await new Activity().untilIdle(0)).toBe(true);
});

it("waits for the last of several, each counted once however often it is ended", async () => {
  const activity = new Activity();
  const [first, second] = [activity.begin(), activity.begin()];
  const idle = activity.untilIdle(5_000);
  first();
  first();
  expect(activity.underWay).toBe(1);
  second();
  expect(await idle).toBe(true);
});

it("gives up when something takes too long", async () => {
  const activity = new Activity();
  activity.begin();
  expect(await activity.untilIdle(10)).toBe(false);
});
