import { analyseKorean } from "./korean.ts";
import type { Term } from "./terms.ts";
import { type Meaning, meaningOfKorean } from "./vocabulary.ts";

interface NumberWord {
  value: number;
  /** How many terms it takes. */
  length: number;
  unit?: Meaning;
  isVague: boolean;
}

/**
 * Reads the number words at a place of a sentence: `twenty five`, `세 명`, `두시`, `삼백 달러`.
 *
 * @returns `undefined` when there is none
 */
export function parseNumberWord(terms: readonly Term[], index: number): NumberWord | undefined {
  const term = terms[index];
  if (term === undefined) return undefined;
  return term.kind === "hangul"
    ? parseKoreanNumber(term, terms[index + 1])
    : parseEnglishNumber(term, terms[index + 1]);
}

function parseEnglishNumber(term: Term, next: Term | undefined): NumberWord | undefined {
  const value = englishNumbers[term.base];
  if (term.kind !== "latin" || value === undefined) return undefined;
  const ones = next?.kind === "latin" ? englishNumbers[next.base] : undefined;
  if (value >= 20 && value < 100 && ones !== undefined && ones < 10) {
    return { value: value + ones, length: 2, isVague: false };
  }
  return { value, length: 1, isVague: value === 1 };
}

const englishNumbers: Readonly<Record<string, number>> = Object.fromEntries([
  ..."zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    .split(" ")
    .map((word, value) => [word, value]),
  ..."twenty thirty forty fifty sixty seventy eighty ninety"
    .split(" ")
    .map((word, index) => [word, (index + 2) * 10]),
]);

/** Native numerals need a counter behind them, Sino-Korean ones a counter or a magnitude within. */
function parseKoreanNumber(term: Term, next: Term | undefined): NumberWord | undefined {
  const native = nativeForm.exec(term.text);
  const nativeValue = nativeNumbers[native?.[1] ?? ""];
  if (native !== null && nativeValue !== undefined) {
    const counter = native[2] ?? "";
    const isVague = nativeValue === 1;
    if (counter === "" && next?.kind === "hangul" && counterForm.test(next.text)) {
      return { value: nativeValue, length: 1, isVague };
    }
    if (counterForm.test(counter)) {
      return { value: nativeValue, length: 1, unit: unitOf(counter), isVague };
    }
  }
  const sino = sinoForm.exec(term.text);
  if (sino?.[1] !== undefined && (sino[2] !== "" || next?.kind === "hangul")) {
    const counter = sino[2] ?? "";
    const counts =
      counterForm.test(counter) || (counter === "" && counterForm.test(next?.text ?? ""));
    if (counts) {
      const unit = counter === "" ? undefined : unitOf(counter);
      return { value: valueOfSino(sino[1]), length: 1, ...(unit && { unit }), isVague: false };
    }
  }
  return undefined;
}

const nativeNumbers: Readonly<Record<string, number>> = {
  한: 1,
  하나: 1,
  두: 2,
  둘: 2,
  세: 3,
  셋: 3,
  네: 4,
  넷: 4,
  다섯: 5,
  여섯: 6,
  일곱: 7,
  여덟: 8,
  아홉: 9,
  열: 10,
  스무: 20,
  서른: 30,
};
const nativeForm = new RegExp(`^(${Object.keys(nativeNumbers).join("|")})(.*)$`);

/** What numbers stand before. */
const counterForm =
  /^(명|분|사람|개|시|살|장|마리|권|잔|병|대|번|건|줄|달|주|시간|가지|군데|인분|달러|원|유로|엔|위안|도|퍼센트|킬로|미터|석|자리)/;

const sinoForm = /^([일이삼사오육칠팔구십백천만]*[십백천만][일이삼사오육칠팔구십백천만]*)(.*)$/;

/** `이만 삼천` → 20,000; digits and powers of ten from the left. */
function valueOfSino(word: string): number {
  let total = 0;
  let section = 0;
  let digit = 0;
  for (const letter of word) {
    const power = { 십: 10, 백: 100, 천: 1000 }[letter];
    if (power !== undefined) {
      section += (digit === 0 ? 1 : digit) * power;
      digit = 0;
    } else if (letter === "만") {
      total += (section + digit === 0 ? 1 : section + digit) * 10_000;
      section = 0;
      digit = 0;
    } else {
      digit = "일이삼사오육칠팔구".indexOf(letter) + 1;
    }
  }
  return total + section + digit;
}

function unitOf(counter: string): Meaning {
  return meaningOfKorean(counter) ?? analyseKorean(counter).meaning;
}
