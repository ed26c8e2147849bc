import type { Exchange } from "./agent/agent.ts";
import { type Attachment, type Block, type Message, questionLength } from "./agent/message.ts";
import type { AttachmentSummary } from "./chat/model.ts";
import { type EntryContent, transcriptBounds } from "./chat/transcript.ts";
import { argumentsOf } from "./shown-text.ts";
import { stripControlCharacters, stripToLine } from "./terminal-text.ts";

// Conversations are read from files as well, so every text is stripped here once more.

/**
 * What a kept exchange shows. Neither how long a tool took nor more of its outcome was kept.
 *
 * @param exchange a whole one
 * @param username as whom tools were called
 */
export function entriesOfExchange(exchange: Exchange, username: string): EntryContent[] {
  const asked = questionLength(exchange);
  const results = exchange
    .flatMap(({ content }) => content)
    .flatMap(({ toolResult }) => (toolResult === undefined ? [] : [toolResult]));
  const answered = exchange.slice(asked).flatMap(({ role, content }) =>
    content.flatMap((block): EntryContent[] => {
      if (block.text !== undefined) {
        const text = stripControlCharacters(block.text);
        if (role === "user") return [{ kind: "question", text }];
        const piece = { source: text, prefix: "", continues: false as const };
        return [{ kind: "answer", ...piece, isGrowing: false }];
      }
      if (block.toolUse === undefined) return [];
      const { toolUseId = "", name = "", input } = block.toolUse;
      const result = results.find((each) => each.toolUseId === toolUseId);
      const text = (result?.content ?? []).map((part) => part.text ?? "").join("\n");
      return [
        {
          kind: "tool",
          callId: stripToLine(toolUseId),
          tool: stripToLine(name),
          arguments: argumentsOf((input ?? {}) as Record<string, unknown>),
          state: result?.status === "error" ? "error" : "ok",
          result: stripControlCharacters(text),
          durationMilliseconds: null,
          progress: "",
          caller: stripToLine(username, 40),
          isOpen: false,
        },
      ];
    }),
  );
  return [...entriesOfQuestion(exchange.slice(0, asked)), ...answered];
}

/**
 * What was asked: the user's words, or the call of a prompt and what it brought.
 *
 * @param question the messages of a question
 */
export function entriesOfQuestion(question: readonly Message[]): EntryContent[] {
  const prompt = question[0]?.content[0]?.prompt;
  if (prompt === undefined) {
    const content = question.flatMap((message) => message.content);
    return [{ kind: "question", ...partsOf(content) }];
  }
  const given = Object.entries(prompt.arguments).map(
    ([name, value]) => ` ${stripToLine(name, 60)}: ${stripToLine(value, 200)}`,
  );
  const text = `/${stripToLine(prompt.name, 256)}${given.join(",")}`;
  const messages = question.flatMap(({ role, content }): EntryContent[] => {
    const parts = partsOf(content);
    const isEmpty = parts.text === "" && parts.attachments.length === 0;
    return isEmpty ? [] : [{ kind: "given", role, ...parts, isOpen: false }];
  });
  return [{ kind: "question", text }, ...messages];
}

function partsOf(content: readonly Block[]) {
  const texts = content.map(({ text = "" }) => stripControlCharacters(text));
  return {
    text: shortened(texts.filter((text) => text !== "").join("\n\n")),
    attachments: content.flatMap(({ attachment }) =>
      attachment === undefined ? [] : [summaryOf(attachment)],
    ),
  };
}

/** Of a long text the screen keeps the beginning; the conversation keeps all of it. */
function shortened(text: string): string {
  const { resultCharacters } = transcriptBounds;
  return text.length <= resultCharacters ? text : `${text.slice(0, resultCharacters)}…`;
}

/** @param attachment whose content stays where it is */
export function summaryOf({ uri, name, mimeType, bytes, content }: Attachment): AttachmentSummary {
  return {
    uri: stripToLine(uri, 2_000),
    name: stripToLine(name, 100),
    mimeType: stripToLine(mimeType, 100),
    bytes,
    kind: content.kind,
    isCut: content.kind === "text" && content.isCut === true,
  };
}
