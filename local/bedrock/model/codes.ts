import { codeTables } from "./code-tables.ts";
import { stemEnglish } from "./english.ts";
import type { Term } from "./terms.ts";

/** Something that has a code: a currency, a language, a state, a country, a unit. */
export interface CodedThing {
  /** Its codes, the usual one first. */
  codes: readonly string[];
  englishName: string;
}

/** A {@link codeTables} entry, indexed. */
export interface CodeIndex {
  /** Stems of the words by which a parameter shows that it is about this table. */
  about: ReadonlySet<string>;
  codes: ReadonlySet<string>;
  byEnglish: ReadonlyMap<string, CodedThing>;
  byKorean: ReadonlyMap<string, CodedThing>;
}

const indexes: readonly CodeIndex[] = codeTables.map(({ about, rows }) => {
  const codes = new Set<string>();
  const byEnglish = new Map<string, CodedThing>();
  const byKorean = new Map<string, CodedThing>();
  for (const line of rows.split("\n").filter((row) => row.includes("|"))) {
    const [own = [], english = [], korean = []] = line
      .split("|")
      .map((cell) => cell.trim().split(/\s+/));
    const thing = { codes: own, englishName: capitalised(english[0] ?? "") };
    for (const code of own) codes.add(code);
    for (const name of english) byEnglish.set(name.split("_").map(stemEnglish).join("_"), thing);
    for (const name of korean) byKorean.set(name, thing);
  }
  const stems = about.map((word) => (/[a-z]/.test(word) ? stemEnglish(word) : word));
  return { about: new Set(stems), codes, byEnglish, byKorean };
});

/**
 * The table that a parameter is about.
 *
 * @param nameStems of its name; they decide
 * @param descriptionStems of its description
 */
export function codeIndexFor(
  nameStems: ReadonlySet<string>,
  descriptionStems: ReadonlySet<string>,
): CodeIndex | undefined {
  const speaksOf = (stems: ReadonlySet<string>) =>
    indexes.find(({ about }) => [...about].some((word) => stems.has(word)));
  return speaksOf(nameStems) ?? speaksOf(descriptionStems);
}

/**
 * What a word names.
 *
 * @param index the table to look into; all of them by default
 */
export function thingsNamedBy(term: Term, index?: CodeIndex): CodedThing[] {
  return (index === undefined ? indexes : [index]).flatMap(({ byEnglish, byKorean }) => {
    if (term.kind === "hangul") return byKorean.get(term.base) ?? [];
    const stem = [...term.meaning.keys()].find((one) => byEnglish.has(one));
    return stem === undefined ? [] : (byEnglish.get(stem) ?? []);
  });
}

/**
 * The form of the codes that a parameter takes: its pattern, or what its description says of them.
 *
 * @returns `undefined` when it takes no codes
 */
export function codeFormOf(
  name: string,
  description: string,
  pattern: RegExp | undefined,
): RegExp | undefined {
  if (pattern !== undefined) return isCodePattern(pattern) ? pattern : undefined;
  const said = describedForms.find(({ says }) => says.test(description));
  if (said !== undefined) return said.form;
  const example = exampleForm.exec(description)?.[1];
  if (example !== undefined) return new RegExp(`^[A-Z]{${example.length}}$`);
  return /currency/i.test(name) ? /^[A-Z]{3}$/ : undefined;
}

const exampleForm = /(?:e\.g\.|such as|for example|like|예:|예를 들어)[\s,:]*["'`“]?([A-Z]{2,3})\b/;

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

function capitalised(name: string): string {
  return name
    .split("_")
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join(" ");
}
