import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { KeyedQueue } from "./keyed-queue.ts";

test("runs tasks of one key in turn, even after one that failed, and other keys meanwhile", async () => {
  const queue = new KeyedQueue();
  const log: string[] = [];
  const task = (name: string, milliseconds: number) => async () => {
    log.push(`${name} begins`);
    await sleep(milliseconds);
    log.push(`${name} ends`);
    if (name === "a1") throw new Error("refused");
    return name;
  };
  const outcomes = await Promise.allSettled([
    queue.run("a", task("a1", 30)),
    queue.run("a", task("a2", 1)),
    queue.run("b", task("b1", 1)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(log).toEqual(["a1 begins", "b1 begins", "b1 ends", "a1 ends", "a2 begins", "a2 ends"]);
});
