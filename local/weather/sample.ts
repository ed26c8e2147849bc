/**
 * Puts the same numbers behind the same place in every run.
 *
 * @param key what the sample is for
 * @returns a function that gives the next number of the series, from 0 to just under 1
 */
export function createSampler(key: string): () => number {
  // FNV-1a spreads the key over 32 bits; the step is a plain multiplicative generator (mulberry32).
  let state = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    state = Math.imul(state ^ key.charCodeAt(index), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Picks one of several.
 *
 * @param choices at least one
 */
export function pick<Choices extends readonly [unknown, ...unknown[]]>(
  random: () => number,
  choices: Choices,
): Choices[number] {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}
