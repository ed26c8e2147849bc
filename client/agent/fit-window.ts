import { type Block, estimableJson, type Message } from "./message.ts";

/** What a model is told in place of a result or an attachment that was dropped. */
export const droppedResult = "(This was dropped: the conversation had become too long.)";

/** A conversation that fits, and what that took. */
export interface FittedMessages {
  readonly messages: readonly Message[];
  readonly droppedResults: number;
  readonly droppedExchanges: number;
}

/**
 * Makes a conversation fit a model's window: results of tools and attachments are dropped first, the
 * oldest before the others, then whole exchanges. What is asked now is never touched.
 *
 * @param history whole exchanges, each of which begins with a question
 * @param exchange what is asked now and what came of it so far
 * @param mostTokens how many there may be, as {@link estimateTokens} counts them
 */
export function fitWindow(
  history: readonly (readonly Message[])[],
  exchange: readonly Message[],
  mostTokens: number,
): FittedMessages {
  const own = estimateTokens(exchange);
  let kept = history.map((messages) => ({ messages, tokens: estimateTokens(messages) }));
  let total = own + kept.reduce((sum, { tokens }) => sum + tokens, 0);
  let droppedResults = 0;
  kept = kept.map((each) => {
    if (total <= mostTokens) return each;
    const messages = each.messages.map(withoutResults);
    const tokens = estimateTokens(messages);
    if (tokens >= each.tokens) return each;
    droppedResults += countResults(each.messages);
    total -= each.tokens - tokens;
    return { messages, tokens };
  });
  let droppedExchanges = 0;
  while (total > mostTokens && droppedExchanges < kept.length) {
    total -= kept[droppedExchanges]?.tokens ?? 0;
    droppedExchanges += 1;
  }
  const messages = kept.slice(droppedExchanges).flatMap((each) => each.messages);
  return { messages: [...messages, ...exchange], droppedResults, droppedExchanges };
}

/**
 * About how many tokens messages have, rather too many than too few: a model counts three or four
 * letters of the Latin alphabet as one, and up to two for a syllable of Hangul.
 *
 * @param value messages, or anything else that is sent as JSON
 */
export function estimateTokens(value: unknown): number {
  const text = estimableJson(value);
  const wide = text.match(/[\u0250-\uffff]/g)?.length ?? 0;
  return Math.ceil((text.length - wide) / 3 + wide * 1.5);
}

function withoutResults(message: Message): Message {
  const content = message.content.map((block): Block => {
    const { attachment } = block;
    if (attachment !== undefined) {
      return { attachment: { ...attachment, content: { kind: "text", text: droppedResult } } };
    }
    if (block.toolResult === undefined) return block;
    return { toolResult: { ...block.toolResult, content: [{ text: droppedResult }] } };
  });
  return { ...message, content };
}

function countResults(messages: readonly Message[]): number {
  const blocks = messages.flatMap(({ content }) => content);
  return blocks.filter(({ toolResult, attachment }) => toolResult ?? attachment).length;
}
