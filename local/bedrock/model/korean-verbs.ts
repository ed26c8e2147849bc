import { compose, decompose, type Syllable } from "./hangul.ts";

/**
 * The beginnings that a Korean verb shows in a sentence, from the form that a dictionary has: `지우다`
 * gives `지우`, `지워`, `지운`, `지울`, … A word of the sentence belongs to the verb when it starts with one
 * of them and what remains is an ending.
 *
 * Rules: contraction of vowel stems, and the irregular stems in ㅂ, ㄷ, ㅅ, ㄹ, 르 and ㅡ.
 *
 * @param dictionaryForm ends in 다
 */
export function verbBeginnings(dictionaryForm: string): string[] {
  const stem = dictionaryForm.slice(0, -1);
  const last = decompose(stem.at(-1) ?? "");
  if (last === undefined) return [stem];
  const head = stem.slice(0, -1);
  const forms = [stem];
  const withLast = (change: Partial<Syllable>, rest = "") =>
    forms.push(`${head}${compose({ ...last, ...change })}${rest}`);
  if (last.final === finals.none) {
    for (const final of [finals.n, finals.l, finals.m, finals.b, finals.ss]) withLast({ final });
    for (const vowel of contractionsOf(last)) {
      withLast({ vowel });
      withLast({ vowel, final: finals.ss });
    }
    const before = decompose(head.at(-1) ?? "");
    if (last.initial === initials.r && last.vowel === vowels.eu && before?.final === finals.none) {
      const doubled = `${head.slice(0, -1)}${compose({ ...before, final: finals.l })}`;
      forms.push(`${doubled}러`, `${doubled}라`, `${doubled}렀`, `${doubled}랐`);
    }
  }
  if (last.final === finals.b) {
    for (const rest of ["우", "워", "와", "운", "울", "웠", "왔"])
      withLast({ final: finals.none }, rest);
  }
  if (last.final === finals.d) {
    for (const rest of ["어", "으", "은", "을", "었"]) withLast({ final: finals.l }, rest);
  }
  if (last.final === finals.s) {
    for (const rest of ["어", "아", "으", "은", "을", "었", "았"])
      withLast({ final: finals.none }, rest);
  }
  if (last.final === finals.l && stem.length > 1) {
    withLast({ final: finals.n });
    withLast({ final: finals.b });
    for (const rest of ["는", "세", "시", "니"]) withLast({ final: finals.none }, rest);
  }
  return forms;
}

/** Whether what follows a verb's beginning is an ending, such as `고`, `는`, `줘`, `주세요`, `었어요`. */
export function isVerbEnding(rest: string): boolean {
  return (
    rest === "" ||
    /^[고는은을던면으서지기게나니냐자죠네어아여요줘주줄준봐보라려러세십습시셨었았였겠도만거구군다더든록야할해했둬두까]/.test(
      rest,
    )
  );
}

const initials = { r: 5, h: 18 } as const;
const vowels = {
  a: 0,
  ae: 1,
  eo: 4,
  yeo: 6,
  o: 8,
  wa: 9,
  wae: 10,
  oe: 11,
  u: 13,
  wo: 14,
  eu: 18,
  i: 20,
} as const;
const finals = { none: 0, n: 4, d: 7, l: 8, m: 16, b: 17, s: 19, ss: 20 } as const;

/** The vowel that a stem without a final consonant takes before 어/아. */
function contractionsOf({ initial, vowel }: Syllable): number[] {
  switch (vowel) {
    case vowels.o:
      return [vowels.wa];
    case vowels.u:
      return [vowels.wo];
    case vowels.i:
      return [vowels.yeo];
    case vowels.oe:
      return [vowels.wae];
    case vowels.eu:
      return [vowels.eo, vowels.a];
    case vowels.a:
      return initial === initials.h ? [vowels.ae] : [vowels.a];
    default:
      return [vowel];
  }
}
