import { type Action, actionOf } from "./actions.ts";
import { stemEnglish, stopWords } from "./english.ts";
import { analyseKorean, isParticle } from "./korean.ts";
import { type Token, tokenize } from "./tokens.ts";
import { isPhrase, type Meaning, meaningOfEnglish } from "./vocabulary.ts";

/** A token with what it may mean. */
export interface Term extends Token {
  /** The word itself without particle or ending, in lower case. */
  base: string;
  /** A Korean particle or ending behind the word, also behind a number or a Latin name. */
  suffix: string;
  meaning: Meaning;
  /** Says nothing about the matter. */
  isStop: boolean;
  isVerb: boolean;
  action: Action | undefined;
}

/**
 * Reads a text as terms.
 *
 * @param text in Unicode NFC
 */
export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  for (const token of tokenize(text)) {
    const before = terms.at(-1);
    if (before !== undefined && isParticleBehind(token, before, text)) {
      before.suffix = token.text;
      continue;
    }
    terms.push(token.kind === "hangul" ? koreanTerm(token) : plainTerm(token));
  }
  joinPhrases(terms);
  return terms;
}

/** Whether a text is Korean enough to be answered in Korean. */
export function isKorean(text: string): boolean {
  return /[\uAC00-\uD7A3]/.test(text.normalize("NFC"));
}

function isParticleBehind(token: Token, before: Term, text: string): boolean {
  if (token.kind !== "hangul" || before.kind === "hangul" || before.suffix !== "") return false;
  const between = text.slice(before.end, token.start);
  if (!/^["'”’」』)\]°%]*$/.test(between)) return false;
  if (!isParticle(token.text) && !quotative.test(token.text)) return false;
  return before.kind !== "number" || between !== "" || !counters.test(token.text);
}

const quotative = /^(이?라고|이?라는|란|이란)$/;
/** Behind a number these count: 20도, 5만. */
const counters = /^(도|만|시|일|이|나|요|아)/;

function koreanTerm(token: Token): Term {
  const { base, suffix, isVerb, meaning } = analyseKorean(token.text);
  const isStop = koreanStopWords.has(base);
  return {
    ...token,
    base,
    suffix,
    isVerb,
    isStop,
    meaning: new Map([...meaning, [base, 1]]),
    action: isStop && base !== "알리다" ? undefined : actionOf(meaning.keys()),
  };
}

function plainTerm(token: Token): Term {
  const base = token.text.toLowerCase();
  const isWord = token.kind === "latin";
  const stem = isWord ? stemEnglish(base) : base;
  return {
    ...token,
    base,
    suffix: "",
    isVerb: false,
    isStop: isWord && stopWords.has(base),
    meaning: isWord ? meaningOfEnglish(stem) : new Map([[stem, 1]]),
    action: isWord ? actionOf([stem]) : undefined,
  };
}

/** `sign in`, `New York`: the first word takes the meaning of all, the others lose theirs. */
function joinPhrases(terms: Term[]): void {
  for (let index = 0; index < terms.length; index += 1) {
    for (const size of [3, 2]) {
      const words = terms.slice(index, index + size);
      if (words.length < size || words.some(({ kind }) => kind !== "latin")) continue;
      const phrase = words.map(({ base }) => stemEnglish(base)).join("_");
      const [first, ...others] = words;
      if (first === undefined || !isPhrase(phrase)) continue;
      first.meaning = meaningOfEnglish(phrase);
      first.isStop = false;
      first.action = actionOf([phrase]);
      for (const other of others)
        Object.assign(other, { meaning: new Map(), isStop: true, action: undefined });
      index += size - 1;
      break;
    }
  }
}

const koreanStopWords: ReadonlySet<string> = new Set(
  `나 내 저 제 나의 저의 우리 너 네 당신 그 이 것 거 수 등 좀 뭐 뭔 무엇 무슨 어떤 어떻게 어때 왜 언제 어디 혹시 그냥 제발
  지금 현재 있다 있어 있어요 있나 있나요 있니 있는 있는지 있을까 있습니까 없다 없어 없나요 하다 해 해줘 해주세요 하고 되다 돼
  줘 주세요 줄래 주라 줘요 싶다 싶어 싶어요 대해 대한 대해서 위해 위한 관련 관한 그리고 그럼 또 또는 하나 및 랑 안 못 잘 아주
  매우 정말 알리다 알려주다 말하다 누구 누가 얼마 얼마야 얼마나 몇 여기 거기 저기 이거 그거 저거 때 게 건 걸 뭐야 뭐지 어디야
  누구야 누구지 인지 줄 부탁 부탁해 부탁해요 부탁합니다 있으면 있는데 다음 가르치다 오늘 알다 원하다`.split(
    /\s+/,
  ),
);
