import type { AppError } from "@cleanauth/common/app-error.ts";
import { LocalizedError } from "../localized-error.ts";
import type { UsageStore } from "../store/usage-store.ts";
import type { Model } from "./bedrock-model.ts";
import { estimableJson } from "./message.ts";

/** For what is not counted by the service: about so many characters make a token. */
const charactersPerToken = 4;

/**
 * A model that answers a user for as long as the day's budget lasts. What an answer costs is known at
 * its end; until then, and where it is stopped or breaks off, it counts as what it is estimated to cost:
 * the service bills those as well.
 *
 * @param model the model
 * @param usage what the user has used today
 * @param tokensPerDay input and output together
 */
export function withTokenBudget(model: Model, usage: UsageStore, tokensPerDay: number): Model {
  return {
    ...model,
    async *converse(messages, tools, signal, options) {
      if (usage.tokensToday() >= tokensPerDay) throw spent(tokensPerDay);
      let counted = tokensOf(estimableJson([messages, [...tools.values()], options]));
      usage.add(counted);
      let streamed = "";
      try {
        for await (const event of model.converse(messages, tools, signal, options)) {
          if (event.type === "text") streamed += event.text;
          if (event.type === "turn") {
            const used = Object.values(event.turn.usage).reduce((sum, tokens) => sum + tokens, 0);
            usage.add(used - counted);
            counted = 0;
            streamed = "";
          }
          yield event;
        }
      } finally {
        if (streamed !== "") usage.add(tokensOf(streamed));
      }
    },
  };
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

function spent(tokensPerDay: number): AppError {
  const tokens = tokensPerDay.toLocaleString("en");
  return new LocalizedError("model_budget_spent", {
    en: [
      `Today's budget of ${tokens} tokens is used up`,
      "It begins anew at midnight, UTC; whoever runs this web terminal sets it (MODEL_TOKENS_PER_DAY).",
    ],
    ko: [
      `오늘 쓸 수 있는 토큰 ${tokens}개를 모두 썼습니다`,
      "UTC 자정에 다시 채워집니다. 한도는 이 웹 터미널의 운영자가 정합니다(MODEL_TOKENS_PER_DAY).",
    ],
  });
}
