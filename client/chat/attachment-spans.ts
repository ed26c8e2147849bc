import { type Span, span } from "./frame.ts";
import type { AttachmentSummary } from "./model.ts";
import { sizeText } from "./size-text.ts";
import type { Texts } from "./texts/texts.ts";

/** `name  uri · text/plain, 1.2 kB` */
export function attachmentSpans(
  { uri, name, mimeType, bytes, kind, isCut }: AttachmentSummary,
  texts: Texts["offers"],
): readonly Span[] {
  const notes = [kind === "left_out" ? texts.leftOut : "", isCut ? texts.cutAttachment : ""];
  const details = [mimeType, bytes === 0 ? "" : sizeText(bytes)].filter((part) => part !== "");
  const shown = [...new Set([name, uri])].filter((part) => part !== "");
  const [title = mimeType, ...address] = shown;
  return [
    span(title, "strong"),
    span(address.length === 0 ? "" : `  ${address[0]}`),
    span(`  ${details.join(", ")}`, "dim"),
    ...notes.filter((note) => note !== "").map((note) => span(`  ${note}`, "warning")),
  ];
}
