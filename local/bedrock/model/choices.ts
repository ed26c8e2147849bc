import { codeTables } from "./code-tables.ts";
import { stemEnglish, stopWords } from "./english.ts";
import type { Slot } from "./slots.ts";
import type { Term } from "./terms.ts";
import { wordsOfIdentifier } from "./tokens.ts";
import { meaningOfKorean } from "./vocabulary.ts";

/** A value that a word of the sentence stands for. */
export interface Choice {
  value: string | number;
  /** 1 when the sentence has the value itself. */
  strength: number;
  /** How many terms name it. */
  length: number;
}

/** Whether a slot takes one of a few values, or a code, rather than any text or number. */
export function isChoiceSlot(slot: Slot): boolean {
  return slot.choices.length > 0 || (slot.kind === "string" && codeFormOf(slot) !== undefined);
}

/**
 * What the words at a place of a sentence mean to a slot that takes one of a few values or a code.
 *
 * @returns the best reading, or `undefined`
 */
export function choiceAt(slot: Slot, terms: readonly Term[], index: number): Choice | undefined {
  return slot.choices.length > 0 ? enumeratedAt(slot, terms, index) : codeAt(slot, terms, index);
}

function enumeratedAt(slot: Slot, terms: readonly Term[], index: number): Choice | undefined {
  let best: Choice | undefined;
  const offer = (choice: Choice | undefined) => {
    if (choice !== undefined && choice.strength > (best?.strength ?? 0.5)) best = choice;
  };
  for (const value of slot.choices) {
    offer(wordsAt(value, terms, index));
    const term = terms[index];
    const codes = term === undefined ? [] : codesOf(term, aboutOf(slot));
    const isNamed = codes.some((code) => code.toLowerCase() === String(value).toLowerCase());
    // A table that the slot does not speak of still serves when the slot lists its codes.
    if (isNamed) offer({ value, strength: 0.9, length: 1 });
  }
  return best;
}

/** The value's own words in a row, each as it is, in translation or by a synonym. */
function wordsAt(
  value: string | number,
  terms: readonly Term[],
  index: number,
): Choice | undefined {
  const first = terms[index];
  if (first === undefined) return undefined;
  if (String(value) === first.text) {
    const isAmbiguous =
      first.isStop && terms[index - 1]?.kind !== "number" && !isSwitch(first.base);
    return isAmbiguous ? undefined : { value, strength: 1, length: 1 };
  }
  const words = wordsOfIdentifier(String(value)).map(stemEnglish);
  const phrase = words.join("_");
  const asPhrase = first.meaning.get(phrase);
  if (asPhrase !== undefined && words.length > 1) {
    return { value, strength: asPhrase, length: words.length };
  }
  let strength = 1;
  for (const [offset, word] of words.entries()) {
    const term = terms[index + offset];
    const isCommon = term?.isStop === true && !isSwitch(term.base) && term.base !== "all";
    strength = Math.min(strength, isCommon ? 0 : (term?.meaning.get(word) ?? 0));
  }
  return words.length > 0 && strength > 0 ? { value, strength, length: words.length } : undefined;
}

function isSwitch(word: string): boolean {
  return word === "on" || word === "off";
}

function codeAt(slot: Slot, terms: readonly Term[], index: number): Choice | undefined {
  const term = terms[index];
  const form = codeFormOf(slot);
  if (term === undefined || form === undefined) return undefined;
  const about = aboutOf(slot);
  const isLatin = term.kind === "latin" || term.kind === "code";
  if (isLatin && form.test(term.text) && /[A-Z\d]/.test(term.text) && !isShouted(terms, term)) {
    const known = about === undefined || codesListed(about).has(term.text);
    return { value: term.text, strength: known ? 1 : 0.7, length: 1 };
  }
  const [code] = codesOf(term, about).flatMap((one) =>
    [one, one.toLowerCase(), one.toUpperCase()].filter((shape) => form.test(shape)),
  );
  if (code !== undefined) return { value: code, strength: 0.9, length: 1 };
  // `in ca`, all in small letters: only a code that the table lists, and no ordinary word.
  const capital = term.text.toUpperCase();
  const listed = about !== undefined && codesListed(about).has(capital) && form.test(capital);
  if (isLatin && listed && (!stopWords.has(term.base) || capital === term.text)) {
    return { value: capital, strength: 0.6, length: 1 };
  }
  return undefined;
}

/** Everything in capitals: then capitals are no sign of a code. */
function isShouted(terms: readonly Term[], term: Term): boolean {
  const words = terms.filter(({ kind }) => kind === "latin");
  return words.length > 3 && term.isStop && words.every(({ text }) => text === text.toUpperCase());
}

/** The names that a slot would take where it wants no code but the word, as `Korean`. */
export function englishNameOf(slot: Slot, term: Term): string | undefined {
  const about = aboutOf(slot);
  if (about === undefined) return undefined;
  for (const { names } of codeRows) {
    const [name] = names;
    if (about.rows.includes(names) && name !== undefined && isNamedBy(term, names)) {
      return name
        .split("_")
        .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
        .join(" ");
    }
  }
  return undefined;
}

interface TableIndex {
  about: ReadonlySet<string>;
  rows: readonly (readonly string[])[];
}

interface CodeRow {
  codes: readonly string[];
  /** English names, phrases joined by `_`. */
  names: readonly string[];
  koreanNames: readonly string[];
}

const codeRows: CodeRow[] = [];
const tables: TableIndex[] = codeTables.map(({ about, rows }) => {
  const parsed = rows
    .split("\n")
    .filter((line) => line.includes("|"))
    .map((line): CodeRow => {
      const [codes = [], names = [], koreanNames = []] = line
        .split("|")
        .map((cell) => cell.trim().split(/\s+/));
      return { codes, names, koreanNames };
    });
  codeRows.push(...parsed);
  return {
    about: new Set(about.map((word) => (/[a-z]/.test(word) ? stemEnglish(word) : word))),
    rows: parsed.map(({ names }) => names),
  };
});

/** The table that a slot speaks of: by its name, else by its description. */
function aboutOf(slot: Slot): TableIndex | undefined {
  const speaksOf = (stems: ReadonlySet<string>) =>
    tables.find(({ about }) => [...about].some((word) => stems.has(word)));
  return speaksOf(slot.nameStems) ?? speaksOf(slot.descriptionStems);
}

function codesListed({ rows }: TableIndex): ReadonlySet<string> {
  return new Set(
    codeRows.filter(({ names }) => rows.includes(names)).flatMap(({ codes }) => codes),
  );
}

/** The codes of what a word names, those of the given table alone when there is one. */
function codesOf(term: Term, about: TableIndex | undefined): string[] {
  return codeRows
    .filter(({ names }) => about === undefined || about.rows.includes(names))
    .filter(({ names, koreanNames }) => isNamedBy(term, names) || koreanNames.includes(term.base))
    .flatMap(({ codes }) => codes);
}

function isNamedBy(term: Term, names: readonly string[]): boolean {
  return names.some(
    (name) =>
      term.meaning.get(name.split("_").map(stemEnglish).join("_")) !== undefined &&
      (term.kind !== "hangul" || meaningOfKorean(term.base) !== undefined),
  );
}

/** The form of the codes that a slot takes: its pattern, or what its description says of them. */
function codeFormOf(slot: Slot): RegExp | undefined {
  const { pattern, description, format } = slot;
  if (pattern !== undefined) return isCodePattern(pattern) ? pattern : undefined;
  if (format !== "") return undefined;
  const said = describedForms.find(({ says }) => says.test(description));
  if (said !== undefined) return said.form;
  const example =
    /(?:e\.g\.|such as|for example|like|예:|예를 들어)[\s,:]*["'`“]?([A-Z]{2,3})\b/.exec(
      description,
    );
  if (example?.[1] !== undefined) return new RegExp(`^[A-Z]{${example[1].length}}$`);
  return slot.nameStems.has("currency") ? /^[A-Z]{3}$/ : undefined;
}

const describedForms: readonly { says: RegExp; form: RegExp }[] = [
  { says: /ISO[ -]?639|language code|locale code/i, form: /^[a-z]{2}$/ },
  { says: /ISO[ -]?4217|currency code|three[- ]letter|3[- ]letter|세 글자/i, form: /^[A-Z]{3}$/ },
  { says: /alpha-?3/i, form: /^[A-Z]{3}$/ },
  {
    says: /ISO[ -]?3166|country code|state code|two[- ]letter|2[- ]letter|두 글자/i,
    form: /^[A-Z]{2}$/,
  },
];

/** A pattern of short codes takes some two or three letters and no sentence. */
function isCodePattern(pattern: RegExp): boolean {
  const samples = ["CA", "NY", "USD", "EUR", "ko", "en", "usd", "KOR"];
  return samples.some((sample) => pattern.test(sample)) && !pattern.test("buy milk, please 1");
}
