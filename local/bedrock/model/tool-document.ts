import type { ToolSpecification } from "../converse-request.ts";
import type { Action } from "./actions.ts";
import { stemEnglish, stopWords } from "./english.ts";
import { parseSlots, type Slot } from "./slots.ts";
import { type Term, termsOf } from "./terms.ts";
import { wordsOfIdentifier } from "./tokens.ts";
import { isEnglishWord } from "./vocabulary.ts";

/** A tool as the words that speak for it. */
export interface ToolDocument {
  tool: ToolSpecification;
  slots: readonly Slot[];
  /** How much a stem says for this tool: 3 in its name, less in descriptions and parameters. */
  weights: ReadonlyMap<string, number>;
  /** The English words of name, choices and descriptions, in lower case. */
  words: ReadonlySet<string>;
  /** The stems of the name, without those of {@link Action}s. */
  nameStems: ReadonlySet<string>;
  /** The general action in the name, as `delete` in `delete_file`. */
  action: Action | undefined;
  /** Stems of a name that consists of function words alone, as `who am i`. */
  nameQuestion: readonly string[];
}

const fieldWeights = {
  name: 3,
  firstSentence: 1.6,
  description: 0.8,
  parameterName: 1.3,
  parameterDescription: 0.6,
} as const;

const documentsByOffer = new WeakMap<readonly ToolSpecification[], readonly ToolDocument[]>();

/**
 * Reads the tools of a request for words, once for each request.
 *
 * @param offered all tools of the request
 */
export function toolDocumentsOf(offered: readonly ToolSpecification[]): readonly ToolDocument[] {
  const known = documentsByOffer.get(offered);
  if (known !== undefined) return known;
  const documents = offered.map((tool) => createToolDocument(tool, offered));
  documentsByOffer.set(offered, documents);
  return documents;
}

/** A sentence of a description that points to another tool speaks for that one. */
function createToolDocument(
  tool: ToolSpecification,
  offered: readonly ToolSpecification[],
): ToolDocument {
  const weights = new Map<string, number>();
  const words = new Set<string>();
  const add = (terms: readonly Term[], weight: number) => {
    for (const term of terms.filter(({ isStop }) => !isStop)) {
      if (term.kind === "latin") words.add(term.base);
      for (const [stem, strength] of literalMeaning(term)) {
        weights.set(stem, Math.max(weights.get(stem) ?? 0, weight * strength));
      }
    }
  };
  const slots = parseSlots(tool.inputSchema);
  const others = offered.map(({ name }) => name).filter((name) => name !== tool.name);
  const isOwn = (text: string) => !others.some((name) => text.includes(name));
  const [firstSentence = "", ...rest] = tool.description
    .normalize("NFC")
    .split(/(?<=[.!?])\s/)
    .filter(isOwn);
  const nameWords = wordsOfIdentifier(tool.name).flatMap(segmentsOf);
  const nameTerms = termsOf(nameWords.join(" "));
  add(nameTerms, fieldWeights.name);
  add(termsOf(firstSentence), fieldWeights.firstSentence);
  add(termsOf(rest.join(" ")), fieldWeights.description);
  for (const { name, description, choices } of slots) {
    add(termsOf(wordsOfIdentifier(name).join(" ")), fieldWeights.parameterName);
    if (isOwn(description)) add(termsOf(description), fieldWeights.parameterDescription);
    for (const choice of choices) {
      add(termsOf(wordsOfIdentifier(String(choice)).join(" ")), fieldWeights.parameterName);
    }
  }
  const matter = nameTerms.filter(({ isStop, action }) => !isStop && action === undefined);
  const isQuestion = nameTerms.length > 1 && nameTerms.every(({ isStop }) => isStop);
  return {
    tool,
    slots,
    weights,
    words,
    nameStems: new Set(matter.flatMap((term) => [...literalMeaning(term).keys()])),
    action: nameTerms.map(({ action }) => action).find((action) => action !== undefined),
    nameQuestion: isQuestion
      ? nameWords.map(stemEnglish).filter((stem) => !["am", "is", "are", "be"].includes(stem))
      : [],
  };
}

/** What a description says: the English word itself, a Korean word and its translations. */
function literalMeaning(term: Term): ReadonlyMap<string, number> {
  if (term.kind === "hangul") return term.meaning;
  return new Map([...term.meaning].filter(([, strength]) => strength === 1));
}

/** Cuts a name such as `whoami` or `healthcheck` into words that are known; else leaves it whole. */
function segmentsOf(word: string): string[] {
  const lower = word.toLowerCase();
  if (lower.length < 5 || isWord(lower) || !/^[a-z]+$/.test(lower)) return [word];
  // The words that end at each letter, from the left; the longest last word wins.
  const ways: (string[] | undefined)[] = [[]];
  for (let end = 1; end <= lower.length; end += 1) {
    for (let start = 0; start < end && ways[end] === undefined; start += 1) {
      const before = ways[start];
      const last = lower.slice(start, end);
      if (before !== undefined && isWord(last)) ways[end] = [...before, last];
    }
  }
  return ways[lower.length] ?? [word];
}

function isWord(word: string): boolean {
  if (word.length === 1) return word === "i" || word === "a";
  return stopWords.has(word) || (word.length > 2 && isEnglishWord(word));
}
