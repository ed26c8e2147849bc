import { type Action, isLooking } from "./actions.ts";
import { type Filling, fillArguments } from "./fill-arguments.ts";
import { withLoanwords } from "./loanwords.ts";
import { createReading } from "./reading.ts";
import { isWithin, type Sentence } from "./sentence.ts";
import type { Term } from "./terms.ts";
import type { ToolDocument } from "./tool-document.ts";

/** A tool that fits a sentence, and what the sentence gives to it. */
export interface ToolChoice {
  document: ToolDocument;
  filling: Filling;
  score: number;
}

/**
 * Picks the tool whose name, description and parameters fit the words of a sentence best.
 *
 * A word says more the fewer tools share it. What a tool is asked to do (show, find, add, delete,
 * change) separates tools for the same thing; that alone never decides, since it fits anything.
 *
 * @param documents what is offered
 * @param now what `today` is
 * @returns `undefined` when no tool fits well enough
 */
export function chooseTool(
  sentence: Sentence,
  documents: readonly ToolDocument[],
  now: Date,
): ToolChoice | undefined {
  const [best] = rankTools(sentence, documents, now).filter(({ isFit }) => isFit);
  return best;
}

/** All tools, the best first, for a caller that insists on one. */
export function rankTools(
  said: Sentence,
  documents: readonly ToolDocument[],
  now: Date,
): (ToolChoice & { isFit: boolean })[] {
  const sentence = withLoanwords(said, new Set(documents.flatMap(({ words }) => [...words])));
  const rarity = createRarity(documents);
  const action = actionIn(sentence);
  const reading = createReading(sentence, now);
  return documents
    .map((document) => {
      const words = matchWords(sentence, document, action, rarity);
      const filling = fillArguments(reading, document);
      const given = Math.min(2, filling.evidence);
      const fill = filling.missing.length > 0 ? -0.7 : filling.evidence > 0 ? 0.5 : 0;
      const score = words.score + fill + given * 0.4 - unusedGifts(sentence, filling) * 0.6;
      return { document, filling, score, isFit: isFit(words, given) };
    })
    .sort((a, b) => b.score - a.score);
}

interface WordMatch {
  score: number;
  /** What the words about the matter say, deeds left out. */
  matter: number;
  namesThing: boolean;
  asksName: boolean;
  sameAction: boolean;
  /** The sentence wants something done that the tool, which does another thing, does not know. */
  otherDeed: boolean;
  /** The part of the sentence's words about the matter that the tool knows. */
  coverage: number;
}

function isFit(match: WordMatch, given: number): boolean {
  const { matter, namesThing, asksName, sameAction, coverage } = match;
  if (asksName) return true;
  if (match.otherDeed) return false;
  if (namesThing && (sameAction || coverage >= 0.2)) return true;
  if (matter >= 1 && coverage > 0.6) return true;
  if (sameAction && matter >= (coverage === 1 ? 0.7 : 1.2) && coverage >= 0.2) return true;
  return matter + (sameAction ? 1 : 0) + given * 0.5 >= 2.2 && matter > 0.7 && coverage >= 0.4;
}

function matchWords(
  sentence: Sentence,
  document: ToolDocument,
  action: Action | undefined,
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
    let best = { value: 0, stem: "", isName: false };
    for (const [stem, strength] of term.meaning) {
      const weight = (document.weights.get(stem) ?? 0) * strength;
      const value = weight * rarity(stem);
      if (value > best.value)
        best = { value, stem, isName: weight >= 1.5 && document.nameStems.has(stem) };
    }
    // The same thing said twice counts once.
    const isNew = !matched.has(best.stem);
    if (best.value > 0) matched.add(best.stem);
    score += isNew ? best.value : 0;
    if (term.action !== undefined && !isOnlyDeed && !best.isName) continue;
    if (isMatter(term)) total += 1;
    if (best.value < 0.3) {
      hasUnknownDeed ||= isRequestedDeed(term) && term.meaning.size > 1;
      continue;
    }
    if (isMatter(term)) known += 1;
    matter += isNew ? best.value : 0;
    namesThing ||= best.isName || (isOnlyDeed && best.value >= 1.5);
  }
  const asksName = isAsked(document.nameQuestion, terms);
  if (asksName) score += 3.5;
  const unsaid = [...document.nameStems].filter((stem) => !matched.has(stem)).length;
  score -= Math.min(0.8, unsaid * 0.2);
  // 메모해 줘: a thing that is done is a thing that is made; 메모했지 only looks back.
  const isMade = document.action === "create" && namesThing && terms.some(isRequestedDeed);
  const asked = action ?? (isMade ? "create" : undefined);
  const sameAction = asked !== undefined && asked === document.action;
  score += actionScore(asked, document.action);
  return {
    score,
    matter,
    namesThing,
    asksName,
    sameAction,
    otherDeed: hasUnknownDeed && unsaid > 0,
    coverage: total === 0 ? 1 : known / total,
  };
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

/** Quotations and handed-over text that the tool has no use for. */
function unusedGifts({ quotes, content }: Sentence, { used }: Filling): number {
  const gifts = content === undefined ? quotes : [...quotes, content];
  return gifts.filter(
    (gift) => !used.some((span) => span.start < gift.end && gift.start < span.end),
  ).length;
}

/** From 0.4 for a word that every tool has to 1 for one that a single tool has. */
function createRarity(documents: readonly ToolDocument[]): (stem: string) => number {
  return (stem) => {
    const sharing = documents.filter(({ weights }) => (weights.get(stem) ?? 0) >= 1.3).length;
    return 0.4 + 0.6 * (1 - Math.log(Math.max(1, sharing)) / Math.log(documents.length + 1));
  };
}
