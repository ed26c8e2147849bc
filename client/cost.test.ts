import { expect, it } from "vitest";
import { costOf } from "./cost.ts";

const prices = { "model-1": { inputPerMillion: 1, outputPerMillion: 5 } };

it.each([
  [{ inputTokens: 1_000_000, outputTokens: 0 }, 1],
  [{ inputTokens: 0, outputTokens: 1_000_000 }, 5],
  [{ inputTokens: 0, outputTokens: 0, cacheReadInputTokens: 1_000_000 }, 0.1],
  [{ inputTokens: 0, outputTokens: 0, cacheWriteInputTokens: 1_000_000 }, 1.25],
])("counts %o at its price", (usage, dollars) => {
  expect(costOf(usage, "model-1", prices)).toBeCloseTo(dollars, 6);
});

it("makes up no price for a model that has none", () => {
  expect(costOf({ inputTokens: 1, outputTokens: 1 }, "model-2", prices)).toBeNull();
  expect(costOf({ inputTokens: 1, outputTokens: 1 }, "toString", prices)).toBeNull();
});
