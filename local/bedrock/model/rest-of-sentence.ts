import { endOf, isConnector, isInstruction, type Phrase, phraseOf } from "./phrases.ts";
import { prepositions } from "./roles.ts";
import { overlaps, type Sentence, type Span } from "./sentence.ts";
import type { Term } from "./terms.ts";
import type { ToolDocument } from "./tool-document.ts";

/**
 * What remains of a sentence without the instruction at both its ends, as it was written. It ends
 * where the next argument begins.
 *
 * @param used stretches that are arguments already
 */
export function restOf(
  sentence: Sentence,
  document: ToolDocument,
  used: readonly Span[],
): Phrase | undefined {
  const terms = sentence.terms.filter((term) => !used.some((span) => overlaps(span, term)));
  const from = openingLength(terms, document, sentence.isKorean);
  const to = terms.length - closingLength(terms.slice(from), document, sentence.isKorean);
  const first = terms[from];
  if (first === undefined) return undefined;
  const barrier = used.find(({ start }) => start >= first.end);
  const rest = terms
    .slice(from, to)
    .filter(({ end }) => barrier === undefined || end <= barrier.start);
  // A preposition before an argument goes with the argument.
  while (barrier !== undefined && prepositions.has(rest.at(-1)?.base ?? "")) rest.pop();
  const last = rest.at(-1);
  if (last === undefined) return undefined;
  // A particle ties a word to what comes next; at the end of the sentence it is part of the text.
  const isAtEnd = last === terms.at(-1) && barrier === undefined;
  const ownSuffix = last.kind === "hangul" ? 0 : last.suffix.length;
  const end = isAtEnd ? last.end + ownSuffix : endOf(last);
  return phraseOf(sentence, { start: first.start, end }, "rest");
}

/** How many words at the beginning only instruct: `add a note …`, `can you please …`. */
function openingLength(terms: readonly Term[], document: ToolDocument, isKorean: boolean): number {
  let length = 0;
  let hasDeed = false;
  let hasThing = false;
  for (const term of terms) {
    if (!isInstruction(term, document)) break;
    const isDeed = term.action !== undefined && !term.isStop;
    // A second deed after the thing belongs to what is handed over: `add note call mom`.
    if (isDeed && hasDeed && hasThing) break;
    hasDeed ||= term.action !== undefined;
    hasThing ||= term.action === undefined && !term.isStop;
    length += 1;
  }
  if (hasDeed || hasThing || isKorean) return length;
  return Math.max(
    0,
    terms.findIndex(({ base }) => !politeWords.has(base)),
  );
}

/** How many words at the end only instruct: `… to my notes please`, `… 메모에 추가해 줘`. */
function closingLength(terms: readonly Term[], document: ToolDocument, isKorean: boolean): number {
  const closing = terms.length - 1 - terms.findLastIndex((term) => !isInstruction(term, document));
  // In English only an instruction that names a thing closes a sentence; `up to` does not.
  const namesThing = terms.slice(terms.length - closing).some(({ isStop }) => !isStop);
  if (isKorean || namesThing) return closing;
  return terms.length - 1 - terms.findLastIndex(({ base }) => !closingWords.has(base));
}

const politeWords = new Set("please can could would you hey hi hello".split(" "));
const closingWords = new Set("please thanks now too".split(" "));

/**
 * What a sentence is about, where it says so: behind `about` or `for`, before 들어간 or 에 대한.
 *
 * @param used stretches that are arguments already
 */
export function topicOf(
  sentence: Sentence,
  document: ToolDocument,
  used: readonly Span[],
): Phrase | undefined {
  const topic = sentence.isKorean
    ? beforeConnector(sentence, document)
    : behindPreposition(sentence, document);
  return topic === undefined || used.some((span) => overlaps(span, topic)) ? undefined : topic;
}

const topicPrepositions = new Set(
  "for about containing regarding with on matching named called like of".split(" "),
);

function behindPreposition(sentence: Sentence, document: ToolDocument): Phrase | undefined {
  const { terms } = sentence;
  for (const [index, term] of terms.entries()) {
    const isMarker = topicPrepositions.has(term.base) || isConnector(term);
    if (!isMarker || index === 0) continue;
    const behind = terms.slice(index + 1);
    const to = behind.findLastIndex((other) => !isInstruction(other, document)) + 1;
    const first = behind.slice(0, to).find(({ isStop }) => !isStop);
    const last = behind[to - 1];
    if (first === undefined || last === undefined) continue;
    const span = { start: first.start, end: last.end };
    return { ...phraseOf(sentence, span, "segment"), marker: term.base };
  }
  return undefined;
}

function beforeConnector(sentence: Sentence, document: ToolDocument): Phrase | undefined {
  const { terms } = sentence;
  const index = terms.findIndex((term) => isConnector(term) || koreanConnectors.test(term.text));
  const before = terms.slice(0, Math.max(0, index));
  const from = before.findLastIndex((term) => isInstruction(term, document)) + 1;
  const first = before[from];
  const last = before.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return phraseOf(sentence, { start: first.start, end: endOf(last) }, "segment");
}

const koreanConnectors = /^(대한|대해|대해서|관한|관련|관련된|적힌|쓰인)/;
