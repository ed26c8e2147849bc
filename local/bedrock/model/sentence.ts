import { isKorean, type Term, termsOf } from "./terms.ts";

/** A stretch of a text, the end not included. */
export interface Span {
  start: number;
  end: number;
}

/** What the user said, or one request out of it. */
export interface Sentence {
  text: string;
  terms: readonly Term[];
  /** What stands between quotation marks, without them. */
  quotes: readonly Span[];
  /** What the sentence hands over rather than says: behind a colon, behind `that`, before 라고. */
  content: Span | undefined;
  isKorean: boolean;
}

/**
 * Reads a sentence.
 *
 * @param raw as the user wrote it
 */
export function parseSentence(raw: string): Sentence {
  const text = raw.normalize("NFC").replace(/\s+/g, " ").trim();
  const terms = termsOf(text);
  const quotes = quotesIn(text);
  return { text, terms, quotes, content: contentIn(text, terms, quotes), isKorean: isKorean(text) };
}

/** Whether a stretch lies within another one. */
export function isWithin(inner: Span, outer: Span | undefined): boolean {
  return outer !== undefined && inner.start >= outer.start && inner.end <= outer.end;
}

/** Whether two stretches share a character. */
export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

const quoteForms = [
  /"([^"]+)"/g,
  /“([^”]+)”/g,
  /「([^」]+)」/g,
  /『([^』]+)』/g,
  /«([^»]+)»/g,
  /`([^`]+)`/g,
  // A single mark is a quotation mark only where no apostrophe can stand.
  /(?<![\p{L}\p{N}])['‘]([^'‘’]+|[^'‘’]+['’]\p{L}[^'‘’]*)['’](?![A-Za-z0-9])/gu,
];

function quotesIn(text: string): Span[] {
  const spans = quoteForms.flatMap((form) =>
    [...text.matchAll(form)].map((match) => ({
      start: match.index + 1,
      end: match.index + match[0].length - 1,
    })),
  );
  const outermost = spans.filter(
    (span) => !spans.some((other) => other !== span && isWithin(span, other)),
  );
  return outermost
    .filter(({ start, end }) => text.slice(start, end).trim() !== "")
    .sort((a, b) => a.start - b.start);
}

function contentIn(
  text: string,
  terms: readonly Term[],
  quotes: readonly Span[],
): Span | undefined {
  const colon = [...text.matchAll(/[:：](?=\s|[\p{L}"'“‘「])/gu)].find(
    ({ index }) =>
      !quotes.some((quote) => isWithin({ start: index, end: index + 1 }, quote)) &&
      !terms.some(
        (term) => term.kind === "link" && isWithin({ start: index, end: index + 1 }, term),
      ),
  );
  if (colon !== undefined && text.slice(colon.index + 1).trim() !== "") {
    return trimmed(text, { start: colon.index + 1, end: text.length });
  }
  return reportedIn(text, terms);
}

/** `note that …`, `a memo saying …`; `…라고 메모해`, `…다는 메모`. */
function reportedIn(text: string, terms: readonly Term[]): Span | undefined {
  const order =
    /^(?:please )?(?:remember|remind me|do not forget|don't forget) (?:that |to )/i.exec(text);
  if (order !== null) return trimmed(text, { start: order[0].length, end: text.length });
  const english = terms.findIndex(({ base }, index) => {
    const isMarker = base === "that" || base === "saying" || base === "says";
    // `find those that are open` looks for something, `note that it is open` hands something over.
    const looks = terms
      .slice(0, index)
      .some(({ action }) => action !== undefined && action !== "create");
    return isMarker && !looks && index > 0 && index <= 5 && index < terms.length - 1;
  });
  if (english >= 0) {
    const next = terms.slice(english + 1).find(({ base }) => base !== "that" && base !== "says");
    return next === undefined ? undefined : trimmed(text, { start: next.start, end: text.length });
  }
  const korean = terms.findLastIndex(
    ({ text: word, kind }, index) =>
      kind === "hangul" &&
      index < terms.length - 1 &&
      !/^(뭐|무엇|무어|누구|어디)/.test(word) &&
      /(라고|다고|자고|냐고|라는|다는)$/.test(word),
  );
  const last = terms[korean];
  if (last === undefined) return undefined;
  // 사라고 is the verb's own form, 사기라고 a noun with the particle.
  const isForm = last.isVerb && /^으?라[고는]$/.test(last.suffix);
  const isNoun = /라[고는]$/.test(last.text) && !isForm;
  const cut = /이라[고는]$/.test(last.text) ? 3 : isNoun ? 2 : 1;
  const start = terms.find(
    (term) => !/에$|에다$|에다가$/.test(term.suffix) || !isPlaceOfStorage(term),
  );
  return trimmed(text, { start: start?.start ?? 0, end: last.end - cut });
}

/** `메모에 … 라고`: where something is kept, not what. */
function isPlaceOfStorage(term: Term): boolean {
  return ["note", "memo", "document", "file", "diary", "calendar", "list"].some((stem) =>
    term.meaning.has(stem),
  );
}

/** Without spaces and loose punctuation at both ends. */
export function trimmed(text: string, { start, end }: Span): Span {
  const inner = text.slice(start, end);
  const leading = /^[\s,.:;!?…"'“”‘’「」『』`)\]-]*/u.exec(inner)?.[0].length ?? 0;
  const isMinus = /^-\d/.test(inner.slice(Math.max(0, leading - 1)));
  const trailing = /[\s,.:;!?…"'“”‘’「」『』`([]*$/u.exec(inner)?.[0].length ?? 0;
  const from = start + leading - (isMinus ? 1 : 0);
  return { start: from, end: Math.max(from, end - trailing) };
}
