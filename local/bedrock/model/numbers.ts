import { parseNumberWord } from "./number-words.ts";
import type { Sentence, Span } from "./sentence.ts";
import type { Term } from "./terms.ts";
import type { Meaning } from "./vocabulary.ts";

/** A number that a sentence names. */
export interface NumberMention extends Span {
  value: number;
  /** What it counts: `4 people`, `20도`. */
  unit: Meaning;
  /** The word before it: `latitude 37.77`. */
  label: Meaning;
  /** `one` and 한 often are no numbers; they count only beside what they count. */
  isVague: boolean;
  /** The terms that it is made of, unit not included. */
  terms: readonly Term[];
}

const noMeaning: Meaning = new Map();

/**
 * Finds the numbers of a sentence: digits with sign, decimals and thousands, compass letters (`37N`,
 * `서경 122도`), magnitudes (`3만`, `2 million`) and number words of both languages.
 */
export function numbersIn({ terms, text }: Sentence): NumberMention[] {
  const mentions: NumberMention[] = [];
  for (let index = 0; index < terms.length; index += 1) {
    const term = terms[index];
    if (term === undefined) continue;
    const word = term.kind === "number" ? undefined : parseNumberWord(terms, index);
    if (term.kind !== "number" && word === undefined) continue;
    let used = word?.length ?? 1;
    let value = word?.value ?? Number(term.text.replaceAll(",", ""));
    for (let next = terms[index + used]; next !== undefined; next = terms[index + used]) {
      const factor = magnitudeOf(next);
      if (factor === undefined) break;
      value *= factor;
      used += 1;
    }
    const first = terms[index - 1];
    const start = signStart(text, term.start);
    const isNegative =
      start < term.start || isNegativeWord(first) || isSouthOrWest(terms[index + used]);
    const parts = terms.slice(index, index + used);
    mentions.push({
      value: isNegative ? -value : value,
      unit: word?.unit ?? unitAt(terms, index + used, text),
      label: labelBefore(terms, index),
      isVague: word?.isVague ?? false,
      start,
      end: parts.at(-1)?.end ?? term.end,
      terms: parts,
    });
    index += used - 1;
  }
  return mentions;
}

/** A minus belongs to a number unless something that it could be taken from stands before it. */
function signStart(text: string, start: number): number {
  const sign = text[start - 1];
  const before = text[start - 2] ?? " ";
  return sign !== undefined && "-−–".includes(sign) && !/[\p{L}\p{N})\]]/u.test(before)
    ? start - 1
    : start;
}

function isNegativeWord(term: Term | undefined): boolean {
  return (
    term !== undefined &&
    ["minus", "negative", "영하", "마이너스", "남위", "서경"].includes(term.base)
  );
}

function isSouthOrWest(term: Term | undefined): boolean {
  return term !== undefined && /^(S|W|south|west)$/.test(term.text);
}

function magnitudeOf(term: Term): number | undefined {
  if (term.kind === "hangul" && term.glued) {
    return magnitudes[/^[천만억백]+/.exec(term.text)?.[0] ?? ""];
  }
  return term.kind === "latin" ? magnitudes[term.base] : undefined;
}

const magnitudes: Readonly<Record<string, number>> = {
  hundred: 100,
  thousand: 1000,
  million: 1_000_000,
  billion: 1_000_000_000,
  백: 100,
  천: 1000,
  만: 10_000,
  백만: 1_000_000,
  천만: 10_000_000,
  억: 100_000_000,
};

function unitAt(terms: readonly Term[], index: number, text: string): Meaning {
  const previous = terms[index - 1];
  const next = terms[index];
  if (previous === undefined || next === undefined || previous.suffix !== "") return noMeaning;
  const between = text.slice(previous.end, next.start);
  return /^[\s°]*$/.test(between) && next.kind !== "number" ? next.meaning : noMeaning;
}

function labelBefore(terms: readonly Term[], index: number): Meaning {
  for (let position = index - 1; position >= Math.max(0, index - 3); position -= 1) {
    const term = terms[position];
    if (term === undefined || term.kind === "number") return noMeaning;
    if (!term.isStop) return term.meaning;
  }
  return noMeaning;
}
