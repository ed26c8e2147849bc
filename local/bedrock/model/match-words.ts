import { type Action, isLooking } from "./actions.ts";
import { isWithin, type Sentence } from "./sentence.ts";
import type { Term } from "./terms.ts";
import type { ToolDocument } from "./tool-document.ts";

/** How well the words of a sentence go with a tool. */
export interface WordMatch {
  score: number;
  /** What the words about the matter say, deeds left out. */
  matter: number;
  /** A word is the thing in the tool's name. */
  namesThing: boolean;
  asksName: boolean;
  sameAction: boolean;
  /** The sentence wants something done that the tool, which does another thing, does not know. */
  otherDeed: boolean;
  /** The part of the sentence's words about the matter that the tool knows. */
  coverage: number;
}

/**
 * Compares the words of a sentence with those of a tool. What is quoted or handed over does not count.
 *
 * @param rarity how much a stem says, see {@link createRarity}
 */
export function matchWords(
  sentence: Sentence,
  document: ToolDocument,
  rarity: (stem: string) => number,
): WordMatch {
  const terms = sentence.terms.filter((term) => isSpoken(sentence, term));
  const isOnlyDeed = document.nameStems.size === 0;
  let score = 0;
  let matter = 0;
  let known = 0;
  let total = 0;
  let namesThing = false;
  let hasUnknownDeed = false;
  const matched = new Set<string>();
  for (const term of terms.filter(({ isStop }) => !isStop)) {
    const { value, stem, isName } = bestStem(term, document, rarity);
    // The same thing said twice counts once.
    const gain = matched.has(stem) ? 0 : value;
    if (value > 0) matched.add(stem);
    score += gain;
    if (term.action !== undefined && !isOnlyDeed && !isName) continue;
    const isKnown = value >= smallestMatch;
    if (isMatter(term)) total += 1;
    if (isMatter(term) && isKnown) known += 1;
    if (isKnown) matter += gain;
    namesThing ||= isName || (isOnlyDeed && value >= nameMatch);
    hasUnknownDeed ||= !isKnown && isRequestedDeed(term) && term.meaning.size > 1;
  }
  const asksName = isAsked(document.nameQuestion, terms);
  const unsaid = [...document.nameStems].filter((stem) => !matched.has(stem)).length;
  // 메모해 줘: a thing that is done is a thing that is made; 메모했지 only looks back.
  const isMade = document.action === "create" && namesThing && terms.some(isRequestedDeed);
  const asked = actionIn(sentence) ?? (isMade ? "create" : undefined);
  return {
    score:
      score +
      (asksName ? 3.5 : 0) -
      Math.min(0.8, unsaid * 0.2) +
      actionScore(asked, document.action),
    matter,
    namesThing,
    asksName,
    sameAction: asked !== undefined && asked === document.action,
    otherDeed: hasUnknownDeed && unsaid > 0,
    coverage: total === 0 ? 1 : known / total,
  };
}

/** Half of what a word in a name weighs: less is a remote relation. */
const nameMatch = 1.5;
const smallestMatch = 0.3;

/** The meaning of a word that says most about a tool. */
function bestStem(
  term: Term,
  document: ToolDocument,
  rarity: (stem: string) => number,
): { value: number; stem: string; isName: boolean } {
  let best = { value: 0, stem: "", isName: false };
  for (const [stem, strength] of term.meaning) {
    const weight = (document.weights.get(stem) ?? 0) * strength;
    const value = weight * rarity(stem);
    const isName = weight >= nameMatch && document.nameStems.has(stem);
    if (value > best.value) best = { value, stem, isName };
  }
  return best;
}

/** 추천해 줘: a noun that is to be done. */
function isRequestedDeed({ isVerb, action, suffix }: Term): boolean {
  return isVerb && action === undefined && /^[하해할합]/.test(suffix);
}

/** Deeds that agree, deeds that do not, and no deed at all, which means a look. */
function actionScore(asked: Action | undefined, offered: Action | undefined): number {
  if (asked === undefined) return isLooking(offered) ? 0.3 : -0.6;
  if (asked === offered) return 0.8;
  if (isLooking(asked) && isLooking(offered)) return 0;
  return offered === undefined && !isLooking(asked) ? -0.2 : -1;
}

/** A deed comes first in an English sentence and last in a Korean one. */
function actionIn(sentence: Sentence): Action | undefined {
  const actions = sentence.terms
    .filter((term) => isSpoken(sentence, term))
    .flatMap(({ action }) => action ?? []);
  const action = sentence.isKorean ? actions.at(-1) : actions[0];
  return action ?? (sentence.content === undefined ? undefined : "create");
}

/** Whether a word is the user's own instruction, and no part of what is quoted or handed over. */
function isSpoken(sentence: Sentence, term: Term): boolean {
  return (
    !isWithin(term, sentence.content) && !sentence.quotes.some((quote) => isWithin(term, quote))
  );
}

/** Names, numbers and codes are what a tool is given, not what it is about. */
function isMatter(term: Term): boolean {
  const isName = term.kind === "latin" && term.start > 0 && /^[A-Z]/.test(term.text);
  return (term.kind === "latin" || term.kind === "hangul") && !isName;
}

/** Whether a sentence asks what a tool such as `whoami` has for a name. */
function isAsked(question: readonly string[], terms: readonly Term[]): boolean {
  return (
    question.length > 0 &&
    question.every((stem) => terms.some(({ meaning, base }) => base === stem || meaning.has(stem)))
  );
}

/**
 * Weighs stems by how few tools share them: from 0.4 for one that every tool has to 1 for one that a
 * single tool has.
 */
export function createRarity(documents: readonly ToolDocument[]): (stem: string) => number {
  return (stem) => {
    const sharing = documents.filter(({ weights }) => (weights.get(stem) ?? 0) >= 1.3).length;
    return 0.4 + 0.6 * (1 - Math.log(Math.max(1, sharing)) / Math.log(documents.length + 1));
  };
}
