import type { TokenUsage } from "./agent/agent.ts";
import type { UserSettings } from "./store/settings-store.ts";

/** What reading from the prompt cache and writing to it cost, as a part of what input costs. */
const cacheRead = 0.1;
const cacheWrite = 1.25;

/**
 * What an answer cost.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 *
 * @param usage the tokens that it took; those of the cache are counted beside the others
 * @param modelId the model that was asked
 * @param prices by model id, in US dollars for a million tokens
 * @returns US dollars; null where the model has no price
 */
export function costOf(
  usage: TokenUsage,
  modelId: string,
  prices: UserSettings["prices"],
): number | null {
  const price = Object.hasOwn(prices, modelId) ? prices[modelId] : undefined;
  if (price === undefined) return null;
  const { cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = usage;
  const input =
    usage.inputTokens + cacheRead * cacheReadInputTokens + cacheWrite * cacheWriteInputTokens;
  return (input * price.inputPerMillion + usage.outputTokens * price.outputPerMillion) / 1e6;
}
