import { codeTables } from "./code-tables.ts";
import { stemEnglish } from "./english.ts";
import { isVerbEnding, verbBeginnings } from "./korean-verbs.ts";
import { lexicon } from "./lexicon.ts";

/** English stems that a word may stand for, each with how surely: 1 is the word itself. */
export type Meaning = ReadonlyMap<string, number>;

const synonymStrength = 0.55;
const broaderStrength = 0.45;
const translationStrength = 0.9;

interface Row {
  english: string[];
  broader: string[];
  korean: string[];
}

const rows: readonly Row[] = [
  ...linesOf(lexicon).map(([english = "", korean = ""]) => {
    const [words = "", broader = ""] = english.split(">");
    return { english: wordsOf(words), broader: wordsOf(broader), korean: wordsOf(korean) };
  }),
  ...codeTables.flatMap(({ rows: table, about: [kind = ""] }) =>
    linesOf(table).map(([, english = "", korean = ""]) => ({
      english: wordsOf(english),
      broader: [kind],
      korean: wordsOf(korean),
    })),
  ),
];

/** Phrases of two or three words that are one notion, as stems joined by `_`. */
const phrases = new Set<string>();
const meaningsByEnglish = new Map<string, Map<string, number>>();
const meaningsByKorean = new Map<string, Map<string, number>>();
/** Verbs by the beginning that they show; the dictionary form is the key to their meaning. */
const verbsByBeginning = new Map<string, string>();
let longestBeginning = 0;

for (const { english, broader, korean } of rows) {
  const stems = english.map(stemPhrase);
  for (const stem of stems) {
    if (stem.includes("_")) phrases.add(stem);
    const meaning = entry(meaningsByEnglish, stem);
    for (const other of stems) raise(meaning, other, other === stem ? 1 : synonymStrength);
    for (const word of broader) raise(meaning, stemPhrase(word), broaderStrength);
  }
  for (const word of korean) {
    const key = word.replaceAll("_", "");
    const meaning = entry(meaningsByKorean, key);
    for (const stem of stems) raise(meaning, stem, translationStrength);
    for (const other of broader) raise(meaning, stemPhrase(other), broaderStrength);
    if (key.length > 1 && key.endsWith("다")) {
      for (const beginning of verbBeginnings(key)) {
        if (!verbsByBeginning.has(beginning)) verbsByBeginning.set(beginning, key);
        longestBeginning = Math.max(longestBeginning, beginning.length);
      }
    }
  }
}

/**
 * What an English word or phrase may stand for.
 *
 * @param stem of a word, or stems joined by `_`
 */
export function meaningOfEnglish(stem: string): Meaning {
  return meaningsByEnglish.get(stem) ?? new Map([[stem, 1]]);
}

/** Whether stems joined by `_` are a phrase of the list. */
export function isPhrase(stems: string): boolean {
  return phrases.has(stems);
}

/** Whether the list has this English word. */
export function isEnglishWord(word: string): boolean {
  return meaningsByEnglish.has(stemEnglish(word));
}

/** What a Korean noun means, or a verb in its dictionary form; `undefined` when it is not listed. */
export function meaningOfKorean(word: string): Meaning | undefined {
  return meaningsByKorean.get(word);
}

/**
 * The verb that a word of a sentence is a form of.
 *
 * @param word for instance `찾아줘`
 * @returns its dictionary form, for instance `찾다`
 */
export function verbOf(word: string): string | undefined {
  for (let length = Math.min(word.length, longestBeginning); length > 0; length -= 1) {
    const verb = verbsByBeginning.get(word.slice(0, length));
    if (verb !== undefined && isVerbEnding(word.slice(length))) return verb;
  }
  return undefined;
}

function stemPhrase(phrase: string): string {
  return phrase.split("_").map(stemEnglish).join("_");
}

function linesOf(table: string): string[][] {
  return table
    .split("\n")
    .filter((line) => line.includes("|"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
}

function wordsOf(cell: string): string[] {
  return cell.split(/\s+/).filter((word) => word !== "");
}

function entry<Key, Value>(map: Map<Key, Map<string, Value>>, key: Key): Map<string, Value> {
  const found = map.get(key) ?? new Map<string, Value>();
  map.set(key, found);
  return found;
}

function raise(meaning: Map<string, number>, stem: string, strength: number): void {
  meaning.set(stem, Math.max(strength, meaning.get(stem) ?? 0));
}
