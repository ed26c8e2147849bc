import { type Filling, fillArguments } from "./fill-arguments.ts";
import { withLoanwords } from "./loanwords.ts";
import { createRarity, matchWords, type WordMatch } from "./match-words.ts";
import { createReading } from "./reading.ts";
import { overlaps, type Sentence } from "./sentence.ts";
import type { ToolDocument } from "./tool-document.ts";
import { findMention } from "./tool-mention.ts";

/** A tool that fits a sentence, and what the sentence gives to it. */
export interface ToolChoice {
  document: ToolDocument;
  filling: Filling;
  score: number;
}

/**
 * Picks the tool whose name, description and parameters fit the words of a sentence best.
 *
 * A word says more the fewer tools share it. What a tool is asked to do (show, find, add, delete,
 * change) separates tools for the same thing; that alone never decides, since it fits anything.
 *
 * @param documents what is offered
 * @param now what `today` is
 * @returns `undefined` when no tool fits well enough
 */
export function chooseTool(
  sentence: Sentence,
  documents: readonly ToolDocument[],
  now: Date,
): ToolChoice | undefined {
  const [best] = rankTools(sentence, documents, now).filter(({ isFit }) => isFit);
  return best;
}

/**
 * Ranks all tools, the best first, for a caller that insists on one.
 *
 * @param said the sentence
 * @param documents what is offered
 * @param now what `today` is
 */
export function rankTools(
  said: Sentence,
  documents: readonly ToolDocument[],
  now: Date,
): (ToolChoice & { isFit: boolean })[] {
  const sentence = withLoanwords(said, new Set(documents.flatMap(({ words }) => [...words])));
  const rarity = createRarity(documents);
  const reading = createReading(sentence, now);
  return documents
    .map((document) => {
      const words = matchWords(sentence, document, rarity);
      const mention = findMention(sentence.text, document.tool.name);
      const filling = fillArguments(reading, document, mention === undefined ? [] : [mention]);
      const given = Math.min(2, filling.evidence);
      const fill = filling.missing.length > 0 ? -0.7 : filling.evidence > 0 ? 0.5 : 0;
      const called = mention === undefined ? 0 : 10;
      const score =
        words.score + fill + given * 0.4 - unusedGifts(sentence, filling) * 0.6 + called;
      return { document, filling, score, isFit: mention !== undefined || isFit(words, given) };
    })
    .sort((a, b) => b.score - a.score);
}

/** Whether a match is more than a coincidence. The figures were found with the tables of the tests. */
function isFit(match: WordMatch, given: number): boolean {
  const { matter, namesThing, sameAction, coverage } = match;
  if (match.asksName) return true;
  if (match.otherDeed) return false;
  // `list my notes`: the thing itself, and hardly anything else is said.
  if (namesThing && (sameAction || coverage >= 0.2)) return true;
  // `what's the weather`: only described, but nothing else is said.
  if (matter >= 1 && coverage > 0.6) return true;
  // `remember to call mom`: what is done is what the tool does.
  if (sameAction && coverage === 1 && matter >= 0.7) return true;
  if (sameAction && coverage >= 0.2 && matter >= 1.2) return true;
  // `how much is 100 yen in won`: the values speak for it.
  const evidence = matter + (sameAction ? 1 : 0) + given * 0.5;
  return evidence >= 2.2 && matter > 0.7 && coverage >= 0.4;
}

/** Quotations and handed-over text that the tool has no use for. */
function unusedGifts({ quotes, content }: Sentence, { used }: Filling): number {
  const gifts = content === undefined ? quotes : [...quotes, content];
  return gifts.filter((gift) => !used.some((span) => overlaps(span, gift))).length;
}
