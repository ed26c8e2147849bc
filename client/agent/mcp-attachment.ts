import type { ReadResourceResult } from "@modelcontextprotocol/sdk/types.js";
import { stripToLine } from "../terminal-text.ts";
import { cutText, longestText } from "./mcp-result.ts";
import type { Attachment, ImageFormat } from "./message.ts";

/** Together with its exchange it has to fit into the file of a conversation. */
export const largestImageBytes = 1024 * 1024;

/**
 * What a resource holds, or a part of it, as it goes with a question: text, an image that a model takes, or
 * neither. Free of control characters.
 */
export function toAttachment(contents: ReadResourceResult["contents"][number]): Attachment {
  const uri = stripToLine(contents.uri, 2_000);
  const mimeType = stripToLine(contents.mimeType ?? "", 100);
  const whole = "text" in contents ? contents.text : textIn(mimeType, contents.blob);
  if (whole === null) {
    return toBinaryAttachment(uri, nameOf(uri), mimeType, "blob" in contents ? contents.blob : "");
  }
  const text = cutText(whole);
  const bytes = Buffer.byteLength(whole);
  const isCut = whole.length > longestText;
  const content = { kind: "text" as const, text, ...(isCut ? { isCut } : {}) };
  return { uri, name: nameOf(uri), mimeType, bytes, content };
}

/**
 * The same for bytes.
 *
 * @param base64 as the server sent them
 */
export function toBinaryAttachment(
  uri: string,
  name: string,
  mimeType: string,
  base64: string,
): Attachment {
  const type = stripToLine(mimeType, 100);
  const bytes = Buffer.byteLength(base64, "base64");
  const format = formatOf(base64);
  const isImage = format !== null && bytes <= largestImageBytes;
  return {
    uri,
    name,
    mimeType: type,
    bytes,
    content: isImage ? { kind: "image", format, base64 } : leftOut,
  };
}

/** The content of what no model is given. */
export const leftOut = { kind: "left_out" } as const;

/** Some servers send text as bytes; null for what is no text, or no UTF-8. */
function textIn(mimeType: string, base64: string): string | null {
  if (!/^(text\/|application\/(json|xml|yaml)\b)/.test(mimeType) || !isBase64(base64)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(base64, "base64"));
  } catch {
    return null;
  }
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/** What an image is, by its first bytes: what a server says of it would be believed by nobody later. */
function formatOf(base64: string): ImageFormat | null {
  if (!isBase64(base64)) return null;
  const head = Buffer.from(base64.slice(0, 24), "base64").toString("latin1");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (/^GIF8[79]a/.test(head)) return "gif";
  return head.startsWith("RIFF") && head.slice(8, 12) === "WEBP" ? "webp" : null;
}

/** The last part of an address, as a file is called. */
function nameOf(uri: string): string {
  const name =
    uri
      .replace(/[?#].*$/, "")
      .split("/")
      .at(-1) ?? "";
  return name === "" ? uri : stripToLine(name, 100);
}
