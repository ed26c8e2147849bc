import { createHash } from "node:crypto";
import type {
  ContentBlock,
  Message as ModelMessage,
  ToolResultBlock,
  ToolUseBlock,
} from "@aws-sdk/client-bedrock-runtime";

/** What a user, a prompt of the server's or the model has said, as a conversation keeps it. */
export interface Message {
  readonly role: "user" | "assistant";
  readonly content: readonly Block[];
}

/** A piece of a message: has one of these. */
export interface Block {
  readonly text?: string;
  readonly toolUse?: ToolUseBlock;
  readonly toolResult?: ToolResultBlock;
  readonly attachment?: Attachment;
  /** Stands before what a prompt of the server's has brought; the model is not told of it. */
  readonly prompt?: UsedPrompt;
}

/** A resource of the server's that goes with a question. Names and texts may be shown. */
export interface Attachment {
  /** Its address; empty where it has none. */
  readonly uri: string;
  readonly name: string;
  readonly mimeType: string;
  /** How large it is on the server. */
  readonly bytes: number;
  readonly content:
    | { readonly kind: "text"; readonly text: string; readonly isCut?: boolean }
    | { readonly kind: "image"; readonly format: ImageFormat; readonly base64: string }
    /** The model is told of it, and not what it holds. */
    | { readonly kind: "left_out" };
}

export type ImageFormat = "png" | "jpeg" | "gif" | "webp";

export interface UsedPrompt {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** How many messages of the exchange are the prompt's. */
  readonly messages: number;
}

/** How many messages at the beginning of an exchange are what was asked. */
export function questionLength(exchange: readonly Message[]): number {
  return exchange[0]?.content[0]?.prompt?.messages ?? 1;
}

/**
 * What the model is told of messages.
 *
 * @param messages roles take turns
 * @param takesImages whether the model does; it is told of an image otherwise
 */
export function modelMessages(
  messages: readonly Message[],
  { takesImages }: { readonly takesImages: boolean },
): ModelMessage[] {
  return messages.map(({ role, content }) => {
    const blocks = content.flatMap((block) => modelBlocks(block, takesImages));
    // Bedrock takes no message without content, as one is in which a prompt leaves the user no words.
    return { role, content: blocks.length === 0 ? [{ text: "(no words)" }] : blocks };
  });
}

function modelBlocks(block: Block, takesImages: boolean): ContentBlock[] {
  const { text, toolUse, toolResult, attachment } = block;
  if (text !== undefined) return text.trim() === "" ? [] : [{ text }];
  if (toolUse !== undefined) return [{ toolUse }];
  if (toolResult !== undefined) return [{ toolResult }];
  return attachment === undefined ? [] : attachmentBlocks(attachment, takesImages);
}

function attachmentBlocks(attachment: Attachment, takesImages: boolean): ContentBlock[] {
  const { content, mimeType, bytes } = attachment;
  switch (content.kind) {
    case "text":
      return [{ text: delimited(attachment, content.text) }];
    case "image": {
      if (!takesImages)
        return [{ text: delimited(attachment, "(an image, which you cannot see)") }];
      // No Buffer: that one writes itself as JSON before anybody can say how.
      const source = { bytes: new Uint8Array(Buffer.from(content.base64, "base64")) };
      return [{ image: { format: content.format, source } }];
    }
    case "left_out":
      return [{ text: delimited(attachment, `(not included: ${mimeType}, ${bytes} bytes)`) }];
  }
}

/**
 * A resource's text between marks that it cannot close: their id comes from the text itself, and is the
 * same whenever it is sent, for the prompt cache's sake.
 */
function delimited({ uri, name, mimeType }: Attachment, text: string): string {
  const id = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const attributes = Object.entries({ id, uri, name, type: mimeType })
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `<resource ${attributes.join(" ")}>\n${text}\n</resource id="${id}">`;
}

/** About as much as a large image is to a model. */
const imageStandIn = "x".repeat(4_800);

/**
 * JSON for the estimate of tokens, in which an image counts as what it costs.
 *
 * @param value messages, in either form, or anything else that is sent
 */
export function estimableJson(value: unknown): string {
  return JSON.stringify(value, (key, inner) =>
    key === "base64" || inner instanceof Uint8Array ? imageStandIn : inner,
  );
}
