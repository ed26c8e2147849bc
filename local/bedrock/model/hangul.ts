/** A Hangul syllable as Unicode composes it: initial, vowel and final by their numbers; 0 is no final. */
export interface Syllable {
  initial: number;
  vowel: number;
  final: number;
}

const firstSyllable = 0xac00;
const lastSyllable = 0xd7a3;
const vowelCount = 21;
const finalCount = 28;

/**
 * Takes a syllable apart.
 * https://www.unicode.org/versions/latest/core-spec/chapter-3/#G24646
 *
 * @returns `undefined` for anything that is no composed Hangul syllable
 */
export function decompose(syllable: string): Syllable | undefined {
  const code = syllable.codePointAt(0) ?? 0;
  if (code < firstSyllable || code > lastSyllable) return undefined;
  const index = code - firstSyllable;
  return {
    initial: Math.floor(index / (vowelCount * finalCount)),
    vowel: Math.floor((index % (vowelCount * finalCount)) / finalCount),
    final: index % finalCount,
  };
}

/** Puts a syllable together. */
export function compose({ initial, vowel, final }: Syllable): string {
  return String.fromCodePoint(firstSyllable + (initial * vowelCount + vowel) * finalCount + final);
}
