import type { Block, Message } from "../agent/message.ts";
import type { StoredExchange } from "./conversation-store.ts";

const labels = {
  en: { title: "Conversation", you: "You", model: "Model", result: "Result", failure: "Failed" },
  ko: { title: "대화", you: "사용자", model: "모델", result: "결과", failure: "실패" },
} as const;

/**
 * A conversation as Markdown. The model's own Markdown is kept; what tools were given and gave back
 * stands in fences that nothing inside can close.
 *
 * @param exchanges the oldest first
 * @param language of the headings
 */
export function conversationMarkdown(
  exchanges: readonly StoredExchange[],
  language: keyof typeof labels,
): string {
  const words = labels[language];
  const parts = exchanges.flatMap(({ at, messages }) =>
    messages.flatMap((message, index) => messageParts(message, index === 0 ? at : null, language)),
  );
  return `${[`# CLEANAUTH: ${words.title}`, ...parts].join("\n\n")}\n`;
}

function messageParts(
  { role, content }: Message,
  askedAt: string | null,
  language: keyof typeof labels,
): string[] {
  const words = labels[language];
  const parts = content.flatMap((block) => blockParts(block, words));
  if (askedAt !== null) return [`## ${words.you} (${askedAt})`, ...parts];
  return role === "assistant" ? [`## ${words.model}`, ...parts] : parts;
}

function blockParts(block: Block, words: (typeof labels)["en" | "ko"]): string[] {
  if (block.text !== undefined) return [block.text];
  if (block.toolUse !== undefined) {
    const { name = "", input } = block.toolUse;
    return [
      `\`${name.replaceAll("`", "")}\``,
      fenced(JSON.stringify(input, null, 2) ?? "", "json"),
    ];
  }
  if (block.toolResult !== undefined) {
    const { content = [], status } = block.toolResult;
    const text = content.map((part) => part.text ?? JSON.stringify(part.json) ?? "").join("\n");
    return [`${status === "error" ? words.failure : words.result}:`, fenced(text, "")];
  }
  return [];
}

/** CommonMark 4.5: a fence is closed by one that is as long at least. */
function fenced(text: string, info: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(2, ...runs) + 1);
  return `${fence}${info}\n${text}\n${fence}`;
}
