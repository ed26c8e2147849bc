import { stemEnglish } from "./english.ts";
import { decompose } from "./hangul.ts";
import { placeIn } from "./place-names.ts";
import type { Sentence } from "./sentence.ts";
import type { Term } from "./terms.ts";

const loanwordStrength = 0.85;

/**
 * Lets Korean words that are in no list mean the English words that they sound like: 스테이징 `staging`,
 * 아메리카노 `americano`. Only words that the tools use are tried.
 *
 * @param words of the tools' names, choices and descriptions, in lower case
 */
export function withLoanwords(sentence: Sentence, words: ReadonlySet<string>): Sentence {
  const isUnknown = (term: Term) =>
    term.kind === "hangul" && term.meaning.size === 1 && placeIn([term]) === undefined;
  if (!sentence.terms.some(isUnknown)) return sentence;
  const terms = sentence.terms.map((term) => {
    if (!isUnknown(term)) return term;
    const heard = [...words].filter((word) => soundsLike(term.base, word));
    const meaning = heard.map((word): [string, number] => [stemEnglish(word), loanwordStrength]);
    return { ...term, meaning: new Map([...term.meaning, ...meaning]) };
  });
  return { ...sentence, terms };
}

/**
 * Whether a Korean word is how an English one is written in Hangul, judged by the consonants; short
 * words are judged by their vowels as well.
 *
 * @param korean Hangul alone
 * @param english letters alone, in lower case
 */
export function soundsLike(korean: string, english: string): boolean {
  const sound = soundOfKorean(korean);
  if (sound === undefined || sound.consonants.length < 2) return false;
  if (!soundsOfEnglish(english).has(sound.consonants)) return false;
  if (sound.consonants.length > 2) return true;
  const startsAlike = sound.startsWithVowel === /^[aeiou]/.test(english);
  // Two consonants in front are parted by ㅡ: 플레이 is `play`, 파리 is not.
  const isCluster = /^[^aeiou](?=[lr])/.test(english) || /^s[^aeiouh]/.test(english);
  return (
    startsAlike && isCluster === sound.startsWithCluster && endsAlike(sound.lastVowel, english)
  );
}

/** How a word of two consonants ends: 라떼 is `latte` and no `router`, 라우터 the reverse. */
function endsAlike(lastVowel: number | undefined, english: string): boolean {
  switch (lastVowel) {
    case undefined: // ends in a consonant
      return /[^aeiou]e?$/.test(english);
    case 4: // ㅓ
      return /([aeiou]r|a)e?$/.test(english);
    case 1:
    case 5: // ㅐ, ㅔ
      return /(e|ay|et)$/.test(english);
    case 18: // ㅡ stands behind a final consonant
      return /[^aeiou]e?$/.test(english);
    case 20: // ㅣ, also behind ㅈ, ㅊ and 쉬: 라지, 벤치
      return /([iy]|ee|ge|ch|sh)$/.test(english);
    default:
      return /[aouwy]$/.test(english);
  }
}

interface Sound {
  /** Classes of consonants: K, N, T, L, M, P, S, H. */
  consonants: string;
  startsWithVowel: boolean;
  startsWithCluster: boolean;
  lastVowel: number | undefined;
}

/** By their numbers: ㄱ ㄲ ㄴ ㄷ ㄸ ㄹ ㅁ ㅂ ㅃ ㅅ ㅆ ㅇ ㅈ ㅉ ㅊ ㅋ ㅌ ㅍ ㅎ. */
const initialClasses = [..."KKNTTLMPPSS-SSSKTPH"];
const finalClasses: Readonly<Record<number, string>> = {
  1: "K",
  4: "N",
  7: "T",
  8: "L",
  16: "M",
  17: "P",
  19: "T",
  21: "N",
};

function soundOfKorean(word: string): Sound | undefined {
  let consonants = "";
  let lastVowel: number | undefined;
  for (const letter of word) {
    const syllable = decompose(letter);
    if (syllable === undefined) return undefined;
    const initial = initialClasses[syllable.initial] ?? "-";
    // ㄹㄹ between vowels is one sound.
    if (initial !== "-" && !(initial === "L" && consonants.endsWith("l"))) consonants += initial;
    const final = finalClasses[syllable.final] ?? "";
    consonants = `${consonants.toUpperCase()}${final === "L" ? "l" : final}`;
    lastVowel = syllable.final === 0 ? syllable.vowel : undefined;
  }
  const first = decompose(word[0] ?? "");
  return {
    consonants: consonants.toUpperCase(),
    startsWithVowel: initialClasses[first?.initial ?? 0] === "-",
    startsWithCluster: first?.vowel === 18 && (first.final === 0 || first.final === 8),
    lastVowel,
  };
}

/** English spelling leaves some sounds open; each way to read it is one. */
function soundsOfEnglish(word: string): ReadonlySet<string> {
  let readings = [""];
  let rest = word;
  while (rest !== "") {
    const rule = spellings.find(({ form }) => form.test(rest));
    const length = rule?.form.exec(rest)?.[0].length ?? 1;
    const sounds = rule?.sounds ?? [""];
    readings = readings.flatMap((reading) => sounds.map((sound) => reading + sound)).slice(0, 16);
    rest = rest.slice(Math.max(1, length));
  }
  return new Set(readings);
}

const spellings: readonly { form: RegExp; sounds: readonly string[] }[] = [
  { form: /^[ts]ion/, sounds: ["SN"] },
  { form: /^ture/, sounds: ["S"] },
  { form: /^cc(?=[eiy])/, sounds: ["S"] },
  { form: /^(ck|cc|qu|kk|gg)/, sounds: ["K"] },
  { form: /^(ph|pp|bb|ff)/, sounds: ["P"] },
  { form: /^(tt|dd)/, sounds: ["T"] },
  { form: /^(ss|sh|sch|zz|tch|dg)/, sounds: ["S"] },
  { form: /^ch/, sounds: ["S", "K"] },
  { form: /^th/, sounds: ["S", "T"] },
  { form: /^(ll|rr(?=[aeiouy]))/, sounds: ["L"] },
  { form: /^mm/, sounds: ["M"] },
  { form: /^(nn|ng(?![aeiou])|nk(?=$))/, sounds: ["N"] },
  { form: /^x/, sounds: ["KS"] },
  { form: /^c(?=[eiy])/, sounds: ["S"] },
  { form: /^g(?=[eiy])/, sounds: ["S", "K"] },
  { form: /^[ckgq]/, sounds: ["K"] },
  { form: /^[td]/, sounds: ["T"] },
  { form: /^[pbfv]/, sounds: ["P"] },
  { form: /^[szj]/, sounds: ["S"] },
  { form: /^m/, sounds: ["M"] },
  { form: /^n/, sounds: ["N"] },
  { form: /^l/, sounds: ["L"] },
  { form: /^r(?=[aeiouy])/, sounds: ["L"] },
  { form: /^r/, sounds: [""] },
  { form: /^h(?=[aeiou])/, sounds: ["H", ""] },
];
