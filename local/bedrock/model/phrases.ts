import { prepositions } from "./roles.ts";
import { isWithin, overlaps, type Sentence, type Span, trimmed } from "./sentence.ts";
import type { Term } from "./terms.ts";
import type { ToolDocument } from "./tool-document.ts";

/** A stretch of a sentence that may be an argument. */
export interface Phrase extends Span {
  text: string;
  /** The preposition before it or the Korean particle behind it. */
  marker: string;
  /** The terms right before it that may name the parameter: `title "…"`. */
  label: Term | undefined;
  origin: "quote" | "content" | "segment" | "rest";
  isCapitalised: boolean;
}

/**
 * Whether a word tells the tool what to do, rather than what to do it with.
 *
 * @param document the tool that was chosen
 */
export function isInstruction(term: Term, { weights }: ToolDocument): boolean {
  if (isProperName(term)) return false;
  if (term.isStop || term.action !== undefined || isConnector(term)) return true;
  return [...term.meaning].some(
    ([stem, strength]) => strength >= 0.4 && (weights.get(stem) ?? 0) * strength >= 0.8,
  );
}

/** `containing`, `들어간`: between a thing and what is looked for in it. */
function isConnector(term: Term): boolean {
  return (term.meaning.get("contain") ?? 0) >= 0.5;
}

/** A capital within a sentence: a name, even when the word has a meaning of its own. */
function isProperName(term: Term): boolean {
  return (
    term.kind === "latin" && term.start > 0 && /^[A-Z][a-z]/.test(term.text) && term.base !== "i"
  );
}

/**
 * Cuts what remains of a sentence into phrases: at prepositions, behind particles, around what is
 * already used, and around the words that only instruct.
 *
 * @param used stretches that are arguments already
 */
export function segmentsOf(
  sentence: Sentence,
  document: ToolDocument,
  used: readonly Span[],
): Phrase[] {
  const phrases: Phrase[] = [];
  let open: Term[] = [];
  let marker = "";
  const flush = (next: string, noun?: Term) => {
    if (open.at(-1)?.base === "and") open.pop();
    const first = open[0];
    const last = open.at(-1);
    if (first !== undefined && last !== undefined) {
      // `archive 폴더로`: the noun behind it has the particle and says what it is.
      const particle = last.suffix || noun?.suffix || "";
      phrases.push({
        ...phraseOf(sentence, { start: first.start, end: endOf(last) }, "segment"),
        marker: particle !== "" ? particle : marker,
        label: noun ?? labelBefore(sentence, first, used),
      });
    }
    open = [];
    marker = next;
  };
  for (const [index, term] of sentence.terms.entries()) {
    const isUsed = used.some((span) => overlaps(span, term));
    const before = sentence.terms[index - 1];
    const isApart =
      before !== undefined && /[,;.]/.test(sentence.text.slice(before.end, term.start));
    if (isUsed) flush("");
    else if (term.base === "and" && open.length > 0) open.push(term);
    else if (term.kind === "latin" && prepositions.has(term.base) && !isProperName(term))
      flush(term.base);
    else if (isInstruction(term, document)) {
      const isNoun = term.kind === "hangul" && !term.isVerb && !term.isStop;
      // An article keeps the preposition before it: `at the Golden Fork`.
      if (open.length > 0 || !term.isStop) flush("", isNoun ? term : undefined);
    } else {
      if (isApart) flush("");
      open.push(term);
      if (term.kind === "hangul" && term.suffix !== "" && !term.isVerb) flush("");
      else if (term.suffix !== "") flush("");
    }
  }
  flush("");
  return phrases;
}

/** Everything but the instruction at both ends of the sentence, as it was written. */
export function restOf(
  sentence: Sentence,
  document: ToolDocument,
  used: readonly Span[],
): Phrase | undefined {
  const terms = sentence.terms.filter((term) => !used.some((span) => overlaps(span, term)));
  let from = 0;
  let to = terms.length;
  let hasAction = false;
  let hasThing = false;
  for (; from < to; from += 1) {
    const term = terms[from];
    if (term === undefined || !isInstruction(term, document)) break;
    // A second deed after the thing belongs to what is handed over: `add note call mom`.
    if (term.action !== undefined && hasAction && hasThing && !term.isStop) break;
    hasAction ||= term.action !== undefined;
    hasThing ||= term.action === undefined && !term.isStop;
  }
  if (!hasAction && !hasThing && !sentence.isKorean) from = skipPoliteness(terms);
  for (; to > from; to -= 1) {
    const term = terms[to - 1];
    if (term === undefined || !isInstruction(term, document)) break;
  }
  // English closes with an instruction only when it names the thing: `… to my notes`.
  const namesThing = terms.slice(to).some(({ isStop }) => !isStop);
  if (!sentence.isKorean && !namesThing) {
    to = terms.findLastIndex(({ base }) => !closingWords.has(base)) + 1;
  }
  const first = terms[from];
  if (first === undefined || to <= from) return undefined;
  const barrier = used.find(({ start }) => start >= first.end);
  const inFront = terms.slice(from, to).filter(({ end }) => end <= (barrier?.start ?? end));
  while (barrier !== undefined && prepositions.has(inFront.at(-1)?.base ?? "")) inFront.pop();
  const last = inFront.at(-1);
  if (last === undefined) return undefined;
  const isCut = last !== terms.at(-1) || barrier !== undefined;
  const end = isCut || last.kind === "hangul" ? endOf(last) : last.end + last.suffix.length;
  return phraseOf(
    sentence,
    { start: first.start, end: isCut ? end : Math.max(end, last.end) },
    "rest",
  );
}

const closingWords = new Set(["please", "thanks", "now", "too"]);

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

/** What stands in quotation marks, and what the sentence hands over. */
export function givenPhrases(sentence: Sentence, used: readonly Span[]): Phrase[] {
  const { quotes, content, terms } = sentence;
  const phrases = quotes
    .filter((quote) => !used.some((span) => overlaps(span, quote)))
    .map((quote) => {
      const before = terms.findLast(({ end }) => end <= quote.start);
      const after = terms.find(({ start }) => start >= quote.end);
      const lastInside = terms.findLast((term) => isWithin(term, quote));
      const isPreposition = before !== undefined && prepositions.has(before.base);
      const glued = after?.kind === "hangul" && after.start <= quote.end + 1 ? after.text : "";
      return {
        ...phraseOf(sentence, quote, "quote"),
        marker: lastInside?.suffix || (isPreposition ? before.base : glued),
        // `'서버 점검' 작업을`: Korean also names a thing behind it.
        label: isPreposition
          ? undefined
          : (before ?? (after?.kind === "hangul" ? after : undefined)),
      };
    });
  const isQuoted = content !== undefined && quotes.some((quote) => overlaps(quote, content));
  if (content !== undefined && content.end > content.start && !isQuoted) {
    const end = Math.min(
      content.end,
      ...used.filter((span) => isWithin(span, content)).map(({ start }) => start),
    );
    phrases.push({
      ...phraseOf(sentence, { ...content, end }, "content"),
      marker: "",
      label: undefined,
    });
  }
  return phrases.filter(({ text }) => text !== "");
}

function phraseOf(sentence: Sentence, span: Span, origin: Phrase["origin"]): Phrase {
  const inner = origin === "quote" ? span : trimmed(sentence.text, span);
  const text = sentence.text.slice(inner.start, inner.end);
  return {
    ...inner,
    text,
    marker: "",
    label: undefined,
    origin,
    isCapitalised: /^[A-Z][a-z]/.test(text) && inner.start > 0,
  };
}

/** Where a word ends without its particle; 사기를 is a verb made a noun. */
function endOf(term: Term): number {
  if (term.kind !== "hangul") return term.end;
  if (term.isVerb) return /[기음][를을은는도만]$/.test(term.text) ? term.end - 1 : term.end;
  return term.end - term.suffix.length;
}

function labelBefore(sentence: Sentence, first: Term, used: readonly Span[]): Term | undefined {
  const before = sentence.terms.findLast(
    (term) => term.end <= first.start && !(term.isStop && term.base !== "is"),
  );
  return before === undefined || used.some((span) => overlaps(span, before)) ? undefined : before;
}

function skipPoliteness(terms: readonly Term[]): number {
  const first = terms.findIndex(
    ({ base }) => !["please", "can", "could", "would", "you", "hey", "hi", "hello"].includes(base),
  );
  return Math.max(0, first);
}
