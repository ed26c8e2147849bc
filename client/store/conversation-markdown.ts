import { type Block, type Message, questionLength } from "../agent/message.ts";
import { sizeText } from "../chat/size-text.ts";
import { stripToLine } from "../terminal-text.ts";
import type { StoredExchange } from "./conversation-store.ts";

const labels = {
  en: {
    title: "Conversation",
    you: "You",
    model: "Model",
    result: "Result",
    failure: "Failed",
    prompt: "Prompt",
    given: "from the prompt",
    attached: "Attached",
    withheld: "not part of this file",
  },
  ko: {
    title: "대화",
    you: "사용자",
    model: "모델",
    result: "결과",
    failure: "실패",
    prompt: "프롬프트",
    given: "프롬프트의 내용",
    attached: "첨부",
    withheld: "이 파일에는 없음",
  },
} as const;

/**
 * A conversation as Markdown. The model's own Markdown is kept; what tools were given and gave back, and
 * what was attached, stands in fences that nothing inside can close.
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
    messages.flatMap((message, index) =>
      messageParts(message, language, {
        askedAt: index === 0 ? at : null,
        isGiven: index < questionLength(messages) && questionLength(messages) > 1,
      }),
    ),
  );
  return `${[`# CLEANAUTH: ${words.title}`, ...parts].join("\n\n")}\n`;
}

function messageParts(
  { role, content }: Message,
  language: keyof typeof labels,
  { askedAt, isGiven }: { askedAt: string | null; isGiven: boolean },
): string[] {
  const words = labels[language];
  const parts = content.flatMap((block) => blockParts(block, words));
  if (askedAt !== null) return [`## ${words.you} (${askedAt})`, ...parts];
  if (isGiven && parts.length === 0) return [];
  const who = role === "assistant" ? words.model : words.you;
  if (isGiven) return [`## ${who} (${words.given})`, ...parts];
  return role === "assistant" ? [`## ${words.model}`, ...parts] : parts;
}

function blockParts(block: Block, words: (typeof labels)["en" | "ko"]): string[] {
  if (block.text !== undefined) return [block.text];
  if (block.prompt !== undefined) {
    const { name, arguments: given } = block.prompt;
    const values = Object.entries(given).map(([key, value]) => `${key}: ${value}`);
    return [`${words.prompt}: ${inCode([`/${name}`, ...values].join(" "))}`];
  }
  if (block.attachment !== undefined) {
    const { name, uri, mimeType, bytes, content } = block.attachment;
    const shown = [...new Set([name, uri, mimeType])].filter((part) => part !== "").map(inCode);
    const head = `${words.attached}: ${[...shown, sizeText(bytes)].join(", ")}`;
    return content.kind === "text"
      ? [head, fenced(content.text, "")]
      : [`${head} (${words.withheld})`];
  }
  if (block.toolUse !== undefined) {
    const { name = "", input } = block.toolUse;
    return [inCode(name), fenced(JSON.stringify(input, null, 2) ?? "", "json")];
  }
  if (block.toolResult !== undefined) {
    const { content = [], status } = block.toolResult;
    const text = content.map((part) => part.text ?? JSON.stringify(part.json) ?? "").join("\n");
    return [`${status === "error" ? words.failure : words.result}:`, fenced(text, "")];
  }
  return [];
}

/** On one line, whatever it holds. */
function inCode(text: string): string {
  return `\`${stripToLine(text).replaceAll("`", "")}\``;
}

/** CommonMark 4.5: a fence is closed by one that is as long at least. */
function fenced(text: string, info: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(2, ...runs) + 1);
  return `${fence}${info}\n${text}\n${fence}`;
}
