import { type Meaning, meaningOfKorean, verbOf } from "./vocabulary.ts";

/** A Korean word of a sentence, taken apart. */
export interface KoreanWord {
  /** Without particle or ending; verbs in their dictionary form when it is known. */
  base: string;
  /** What stood behind the base: a particle, or the ending of a verb. */
  suffix: string;
  isVerb: boolean;
  meaning: Meaning;
}

/**
 * Takes a Korean word apart: noun and particle, verb and ending, noun and 하다, or a compound of nouns.
 * The first reading that the word list knows wins, the shortest particle first; a word that it does
 * not know loses a common particle.
 *
 * @param word Hangul alone
 */
export function analyseKorean(word: string): KoreanWord {
  for (const suffix of ["", ...suffixesOf(word)]) {
    const base = word.slice(0, word.length - suffix.length);
    const meaning = meaningOfNoun(base);
    if (meaning !== undefined && !base.endsWith("다"))
      return { base, suffix, isVerb: false, meaning };
  }
  for (let length = word.length - 1; length > 0; length -= 1) {
    const base = word.slice(0, length);
    const meaning = hadaBeginning.test(word.slice(length)) ? meaningOfNoun(base) : undefined;
    if (meaning !== undefined) return { base, suffix: word.slice(length), isVerb: true, meaning };
  }
  const verb = verbOf(word);
  const meaning = verb === undefined ? undefined : meaningOfKorean(verb);
  if (verb !== undefined && meaning !== undefined) {
    return { base: verb, suffix: word.slice(verb.length - 1), isVerb: true, meaning };
  }
  const suffix = suffixesOf(word).find(
    (candidate) => commonParticles.has(candidate) && word.length - candidate.length >= 2,
  );
  const base = word.slice(0, word.length - (suffix?.length ?? 0));
  return { base, suffix: suffix ?? "", isVerb: false, meaning: new Map() };
}

/** Whether a piece that follows a name or a number without a space is a particle and nothing else. */
export function isParticle(word: string): boolean {
  return particles.includes(word);
}

/** A listed noun, or a compound of listed ones such as `기상특보`. */
function meaningOfNoun(word: string): Meaning | undefined {
  return meaningOfKorean(word) ?? meaningOfCompound(word);
}

function meaningOfCompound(word: string): Meaning | undefined {
  for (let length = word.length - 2; length >= 2; length -= 1) {
    const head = meaningOfKorean(word.slice(0, length));
    const rest = word.slice(length);
    const tail = head === undefined ? undefined : meaningOfNoun(rest);
    if (head !== undefined && tail !== undefined) return new Map([...head, ...tail]);
  }
  const bare = /^(.{2,})[기들용별표함장법]$/.exec(word)?.[1];
  return bare === undefined ? undefined : meaningOfKorean(bare);
}

function suffixesOf(word: string): string[] {
  return particles.filter((particle) => word.length > particle.length && word.endsWith(particle));
}

/** Shortest first, so that a noun keeps as much of itself as the list knows. */
const particles = `은 는 이 가 을 를 의 에 께 로 와 과 도 만 랑 야 요 나 아
  에서 에게 한테 께서 부터 까지 으로 라는 라고 처럼 보다 마다 조차 밖에 이나 이랑 하고 에는 에도 와의 과의 로는
  에만 이야 이고 인데 이에 인지 입니 예요 이란 란 에요 이요 으론 이며 들은 들이 들을 들의 들도 들
  에서는 에게서 한테서 으로는 이라는 이라고 이라도 에서의 에서도 입니다 인가요 이에요 까지의 부터의 으로의 으로부터
  에서부터 이었어 였어 인가 일까 일까요`
  .split(/\s+/)
  .sort((a, b) => a.length - b.length);

const commonParticles = new Set(
  "은 는 이 가 을 를 의 에 로 와 과 도 에서 에게 한테 부터 까지 으로 라는 라고 이라는 이라고 이랑 하고 입니다 인가요 이에요 예요".split(
    " ",
  ),
);

/** What 하다 and 되다 show behind a noun: 추가해, 검색하고, 저장한, 등록됐어, 예약시켜. */
const hadaBeginning = /^(하|해|했|한|할|함|합|되|돼|됐|된|될|됨|됩|시켜|시키|좀)/;
