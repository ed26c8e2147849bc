import { thingsNamedBy } from "./codes.ts";
import { stopWords } from "./english.ts";
import type { Slot } from "./slots.ts";
import type { Term } from "./terms.ts";

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
  return slot.choices.length > 0 || slot.codeForm !== undefined;
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
  for (const [position, value] of slot.choices.entries()) {
    offer(wordsAt(value, slot.choiceStems[position] ?? [], terms, index));
    const term = terms[index];
    const codes = term === undefined ? [] : codesOf(slot, term);
    const isNamed = codes.some((code) => code.toLowerCase() === String(value).toLowerCase());
    // A table that the slot does not speak of still serves when the slot lists its codes.
    if (isNamed) offer({ value, strength: 0.9, length: 1 });
  }
  return best;
}

/** The value's own words in a row, each as it is, in translation or by a synonym. */
function wordsAt(
  value: string | number,
  words: readonly string[],
  terms: readonly Term[],
  index: number,
): Choice | undefined {
  const first = terms[index];
  if (first === undefined) return undefined;
  if (String(value) === first.text) {
    const isCode = /^[A-Z]{2,}$/.test(first.text) && !isShouted(terms, first);
    const isAmbiguous =
      first.isStop && terms[index - 1]?.kind !== "number" && !isSwitch(first.base) && !isCode;
    return isAmbiguous ? undefined : { value, strength: 1, length: 1 };
  }
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
  const { codeForm: form, codeIndex } = slot;
  if (term === undefined || form === undefined) return undefined;
  const isLatin = term.kind === "latin" || term.kind === "code";
  if (isLatin && form.test(term.text) && /[A-Z\d]/.test(term.text) && !isShouted(terms, term)) {
    const known = codeIndex?.codes.has(term.text) ?? true;
    return { value: term.text, strength: known ? 1 : 0.7, length: 1 };
  }
  const [code] = codesOf(slot, term).flatMap((one) =>
    [one, one.toLowerCase(), one.toUpperCase()].filter((shape) => form.test(shape)),
  );
  if (code !== undefined) return { value: code, strength: 0.9, length: 1 };
  // `in ca`, all in small letters: only a code that the table lists, and no ordinary word.
  const capital = term.text.toUpperCase();
  const listed = codeIndex?.codes.has(capital) === true && form.test(capital);
  if (isLatin && listed && (!stopWords.has(term.base) || capital === term.text)) {
    return { value: capital, strength: 0.6, length: 1 };
  }
  return undefined;
}

function codesOf({ codeIndex }: Slot, term: Term): string[] {
  return thingsNamedBy(term, codeIndex).flatMap(({ codes }) => codes);
}

/** Everything in capitals: then capitals are no sign of a code. */
function isShouted(terms: readonly Term[], term: Term): boolean {
  const words = terms.filter(({ kind }) => kind === "latin");
  return words.length > 3 && term.isStop && words.every(({ text }) => text === text.toUpperCase());
}

/** The name that a slot takes where it wants no code but the word, as `Korean` for 한국어. */
export function englishNameOf({ codeIndex }: Slot, term: Term): string | undefined {
  return codeIndex === undefined ? undefined : thingsNamedBy(term, codeIndex)[0]?.englishName;
}
