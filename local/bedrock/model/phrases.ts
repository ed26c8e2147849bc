import { prepositions } from "./roles.ts";
import { isWithin, overlaps, type Sentence, type Span, trimmed } from "./sentence.ts";
import type { Term } from "./terms.ts";
import type { ToolDocument } from "./tool-document.ts";

/** A stretch of a sentence that may be an argument. */
export interface Phrase extends Span {
  text: string;
  /** The preposition before it or the Korean particle behind it. */
  marker: string;
  /** The term beside it that may name the parameter: `title "…"`. */
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
export function isConnector(term: Term): boolean {
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
      if (term.suffix !== "") flush("");
    }
  }
  flush("");
  return phrases;
}

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

/** A stretch of a sentence as a phrase, without loose punctuation; a quotation as it stands. */
export function phraseOf(sentence: Sentence, span: Span, origin: Phrase["origin"]): Phrase {
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
export function endOf(term: Term): number {
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
