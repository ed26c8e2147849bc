import { attachmentSpans } from "./attachment-spans.ts";
import { fitLine, type Line, span } from "./frame.ts";
import { spinner } from "./layout.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { textsOf } from "./texts/texts.ts";

/**
 * What goes with the next question, a line each.
 *
 * @param rows how many there may be; the latest are shown
 */
export function viewAttachments(
  model: Model,
  phase: ConversationPhase,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Line[] {
  if (rows === 0) return [];
  const texts = textsOf(model.language).offers;
  const { takesImages = true } = phase.models.find(({ id }) => id === phase.modelId) ?? {};
  return phase.attachments.slice(-rows).map(({ uri, parts }) => {
    const sign =
      parts === null ? span(`  ${spinner(model.now)} `, "accent") : span("  + ", "accent");
    const [first, ...others] = parts ?? [];
    const isUnseen = !takesImages && parts?.some(({ kind }) => kind === "image");
    const line: Line =
      first === undefined
        ? [sign, span(uri), span(parts === null ? `  ${texts.reading}` : "", "dim")]
        : [
            sign,
            ...attachmentSpans(first, texts),
            span(others.length === 0 ? "" : `  +${others.length}`, "dim"),
            span(isUnseen ? `  ${texts.noImages}` : "", "warning"),
          ];
    return fitLine(line, columns - 1);
  });
}
