import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createUsageStore, type UsageStore } from "../store/usage-store.ts";
import type { Model, ModelEvent } from "./bedrock-model.ts";
import { withTokenBudget } from "./token-budget.ts";

let folder: string;
let now = 0;
let usage: UsageStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "usage-"));
  now = Date.UTC(2026, 10, 25, 12);
  usage = createUsageStore(folder, () => now);
});
afterEach(() => rmSync(folder, { recursive: true }));

const turn = (inputTokens: number, outputTokens: number): ModelEvent => ({
  type: "turn",
  turn: {
    stopReason: "end_turn",
    texts: [],
    toolUses: [],
    usage: { inputTokens, outputTokens },
  },
});

const saying = (...events: (ModelEvent | Error)[]): Model => ({
  modelId: "m",
  async *converse() {
    for (const event of events) {
      if (event instanceof Error) throw event;
      yield event;
    }
  },
});

const question = [{ role: "user" as const, content: [{ text: "x".repeat(4_000) }] }];

async function ask(model: Model, most = Number.POSITIVE_INFINITY): Promise<number> {
  const answer = withTokenBudget(model, usage, 5_000).converse(
    question,
    new Map(),
    new AbortController().signal,
  );
  let events = 0;
  for await (const _event of answer) {
    events += 1;
    if (events === most) break;
  }
  return events;
}

describe("the day's budget", () => {
  it("counts what the service counted, and ends with the day", async () => {
    await ask(saying({ type: "text", text: "hello" }, turn(1_234, 66)));
    expect(usage.tokensToday()).toBe(1_300);
    await ask(saying(turn(5_000, 0)));
    await expect(ask(saying(turn(1, 1)))).rejects.toMatchObject({ code: "model_budget_spent" });
    expect(createUsageStore(folder, () => now).tokensToday()).toBe(6_300);
    now += 12 * 3_600_000;
    expect(await ask(saying(turn(1, 1)))).toBe(1);
    expect(usage.tokensToday()).toBe(2);
  });

  it.each([
    ["breaks off", saying({ type: "text", text: "y".repeat(400) }, new Error("cut")), 9],
    ["is stopped", saying({ type: "text", text: "y".repeat(400) }, turn(1, 1)), 1],
  ])("counts an answer that %s as what it is estimated to cost", async (_what, model, most) => {
    await ask(model, most).catch(() => {});
    expect(usage.tokensToday()).toBeGreaterThan(1_100);
    expect(usage.tokensToday()).toBeLessThan(1_200);
  });

  it("lets nobody through whose usage cannot be read", async () => {
    writeFileSync(join(folder, "usage.json"), "{");
    await expect(ask(saying(turn(1, 1)))).rejects.toThrow();
  });
});
