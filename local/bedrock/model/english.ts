/**
 * Brings the forms of an English word together: `converting`, `converted` and `converts` give
 * `convert`. Light on purpose: what matters is that a sentence and a description meet, not that the
 * stem is a word.
 *
 * @param word letters alone, in any case
 */
export function stemEnglish(word: string): string {
  let stem = word.toLowerCase().replace(/['’]s?$/, "");
  const known = irregular[stem];
  if (known !== undefined) return known;
  if (/ies$/.test(stem) && stem.length > 4) stem = `${stem.slice(0, -3)}y`;
  else if (/(s|x|z|ch|sh)es$/.test(stem)) stem = stem.slice(0, -2);
  else if (/[^su]s$/.test(stem) && stem.length > 3) stem = stem.slice(0, -1);
  if (/(ing|ed)$/.test(stem)) {
    const base = stem.replace(/(ing|ed)$/, "");
    if (base.length >= 3 && /[aeiouy]/.test(base)) stem = base.replace(/([^aeiouylsz])\1$/, "$1");
  } else if (stem.length > 6) {
    stem = stem.replace(/(ion|or|er|ly)$/, "");
  }
  if (stem.length > 4) stem = stem.replace(/e$/, "");
  return stem.length > 6 ? stem.replace(/at$/, "") : stem;
}

const irregular: Readonly<Record<string, string>> = {
  found: "find",
  made: "make",
  written: "write",
  wrote: "write",
  sent: "send",
  bought: "buy",
  sold: "sell",
  paid: "pay",
  gone: "go",
  went: "go",
  took: "take",
  taken: "take",
  people: "person",
  children: "child",
  men: "man",
  women: "woman",
  feet: "foot",
  mice: "mouse",
  news: "news",
};

/** Words that carry a sentence but say nothing about its matter. */
export const stopWords: ReadonlySet<string> = new Set(
  `a an the this that these those there here it its and or but if so then than as of in on at to from by for
  with without into onto about over under up down out off is are was were be been being am do does did done
  have has had having can could will would shall should may might must let lets not no yes ok okay
  what which who whom whose when where why how i me my mine myself we us our ours you your yours he him his
  she her hers they them their please thanks thank hi hello hey just only also too very really quite some any
  each every all both more most other another such own same again once give tell want need like would know
  get gets got put take use using used go going come im i'm i'd i'll id what's whats who's whos where's
  there's it's that's don't dont doesn't isn't aren't can't cannot won't let's via per if whether
  something anything thing things someone anyone one ones way ll ve re t s d m
  actually maybe kindly now right today really`.split(/\s+/),
);
