import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { RequestOptions } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { ContentBlock, PromptMessage } from "@modelcontextprotocol/sdk/types.js";
import { LocalizedError } from "../localized-error.ts";
import { stripToLine } from "../terminal-text.ts";
import { largestImageBytes, leftOut, toAttachment, toBinaryAttachment } from "./mcp-attachment.ts";
import { cutText, longestText } from "./mcp-result.ts";
import type { Attachment, Block, Message } from "./message.ts";

const mostMessages = 50;
/** Of one resource, which may hold several: a folder, for instance. */
const mostContents = 20;
const mostValues = 100;

/**
 * Has a prompt filled in by the server.
 *
 * @returns messages whose roles take turns, the user's first and last, as a model is asked; free of
 *   control characters
 * @throws AppError `server_prompt_empty`; whatever the SDK throws
 */
export async function getPrompt(
  client: Client,
  name: string,
  promptArguments: Readonly<Record<string, string>>,
  options: RequestOptions,
): Promise<readonly Message[]> {
  const parameters = { name, arguments: { ...promptArguments } };
  const { messages } = await client.getPrompt(parameters, options);
  const turns = toTurns(messages.slice(0, mostMessages));
  if (turns.length === 0) {
    throw new LocalizedError("server_prompt_empty", {
      en: [`The prompt ${name} has nothing to say`, "Ask whoever runs the server."],
      ko: [`프롬프트 ${name}에 내용이 없습니다`, "서버 운영자에게 문의하세요."],
    });
  }
  const begun: Message[] = turns[0]?.role === "user" ? turns : [emptyTurn, ...turns];
  const whole = begun.at(-1)?.role === "user" ? begun : [...begun, emptyTurn];
  const prompt = { name, arguments: promptArguments, messages: whole.length };
  return whole.map((message, index) =>
    index === 0 ? { ...message, content: [{ prompt }, ...message.content] } : message,
  );
}

/** The user, who says nothing: a conversation begins with the user, and the model answers the user. */
const emptyTurn: Message = { role: "user", content: [] };

/** What one side says in several messages is one turn to a model. */
function toTurns(messages: readonly PromptMessage[]): Message[] {
  const turns: { role: Message["role"]; content: Block[] }[] = [];
  for (const { role, content } of messages) {
    const last = turns.at(-1);
    const blocks = toBlocks(content);
    if (last?.role === role) last.content.push(...blocks);
    else if (blocks.length > 0) turns.push({ role, content: [...blocks] });
  }
  return turns;
}

function toBlocks(content: ContentBlock): readonly Block[] {
  switch (content.type) {
    case "text": {
      const text = cutText(content.text);
      return text.trim() === "" ? [] : [{ text }];
    }
    case "image":
    case "audio":
      return [{ attachment: toBinaryAttachment("", content.type, content.mimeType, content.data) }];
    case "resource":
      return [{ attachment: toAttachment(content.resource) }];
    case "resource_link": {
      const { uri, name, mimeType = "", size = 0 } = content;
      const shown = { uri: stripToLine(uri, 2_000), name: stripToLine(name, 100) };
      const type = stripToLine(mimeType, 100);
      return [{ attachment: { ...shown, mimeType: type, bytes: size, content: leftOut } }];
    }
  }
}

/**
 * Reads a resource.
 *
 * @returns what it holds, mostly one; names and texts are free of control characters
 * @throws AppError `server_resource_…` for one that is empty, or an image that is too large; whatever
 *   the SDK throws
 */
export async function readResource(
  client: Client,
  uri: string,
  options: RequestOptions,
): Promise<readonly Attachment[]> {
  const { contents } = await client.readResource({ uri }, options);
  const attachments = withinBounds(contents.slice(0, mostContents).map(toAttachment));
  const isNothing = attachments.every(({ bytes }) => bytes === 0);
  if (isNothing) throw noContent(uri, { en: "it is empty", ko: "비어 있습니다" });
  const [first] = attachments;
  if (attachments.length === 1 && first?.content.kind === "left_out") {
    const size = `${first.mimeType || "?"}, ${first.bytes} bytes`;
    throw noContent(uri, {
      en: `no model takes what it holds (${size}): text, and PNG, JPEG, GIF or WebP up to 1 MB`,
      ko: `모델이 받을 수 없는 내용입니다(${size}). 텍스트와 1MB 이하의 PNG, JPEG, GIF, WebP만 됩니다`,
    });
  }
  return attachments;
}

/** What is beyond the bounds of one image and of one text, together, is left out. */
function withinBounds(attachments: readonly Attachment[]): readonly Attachment[] {
  const room = { text: longestText, image: 2 * largestImageBytes };
  return attachments.map((attachment, index) => {
    const { content } = attachment;
    if (content.kind === "left_out") return attachment;
    const { length } = content.kind === "text" ? content.text : content.base64;
    room[content.kind] -= length;
    return room[content.kind] < 0 && index > 0 ? { ...attachment, content: leftOut } : attachment;
  });
}

function noContent(uri: string, why: { en: string; ko: string }): LocalizedError {
  const shown = stripToLine(uri, 200);
  return new LocalizedError("server_resource_unusable", {
    en: [`${shown} cannot be attached: ${why.en}`, "Attach another one; /resources lists them."],
    ko: [
      `${shown} 첨부 불가: ${why.ko}`,
      "다른 리소스를 첨부하세요. /resources에 목록이 있습니다.",
    ],
  });
}

/** Whose argument is completed. */
export type Completed =
  | { readonly kind: "prompt"; readonly name: string }
  | { readonly kind: "resource"; readonly uri: string };

/**
 * Asks the server what an argument may become.
 * https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion
 *
 * @param argument its name, and what was typed of it
 * @param others what was filled in before
 * @returns values that may be shown and sent as they are
 */
export async function completeArgument(
  client: Client,
  of: Completed,
  argument: { readonly name: string; readonly value: string },
  others: Readonly<Record<string, string>>,
  options: RequestOptions,
): Promise<readonly string[]> {
  const ref =
    of.kind === "prompt"
      ? { type: "ref/prompt" as const, name: of.name }
      : { type: "ref/resource" as const, uri: of.uri };
  const parameters = { ref, argument: { ...argument }, context: { arguments: { ...others } } };
  const { completion } = await client.complete(parameters, options);
  const plain = completion.values.filter(
    (value) => value !== "" && stripToLine(value, 200) === value,
  );
  return plain.slice(0, mostValues);
}
