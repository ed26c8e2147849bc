import { assign } from "./assign.ts";
import { englishNameOf, isChoiceSlot } from "./choices.ts";
import { partOf } from "./find-dates.ts";
import { givenPhrases, type Phrase, segmentsOf } from "./phrases.ts";
import type { Found, Search } from "./reading.ts";
import { restOf, topicOf } from "./rest-of-sentence.ts";
import { markerScore, type Role } from "./roles.ts";
import { overlaps, type Sentence, type Span } from "./sentence.ts";
import type { Slot } from "./slots.ts";
import type { Term } from "./terms.ts";
import { isEnglishWord } from "./vocabulary.ts";

/** Identifiers: a word with digits, a number, a quotation, or the only word that is left. */
export function findIdentifiers({ sentence, document, slots, used }: Search): Found[] {
  return slots.filter(takesText).flatMap((slot): Found[] => {
    const path = slot.roles.has("file") ? pathIn(sentence, used) : undefined;
    if (path !== undefined) return [{ slot, value: path.text, spans: [path], isSure: true }];
    if (!slot.roles.has("id")) return [];
    const [quote] = givenPhrases(sentence, used).filter(
      ({ text }) => !/\s/.test(text) && fits(slot, text),
    );
    if (quote !== undefined) return [{ slot, value: quote.text, spans: [quote], isSure: true }];
    const coded = sentence.terms.find(
      (term) =>
        (term.kind === "code" || term.kind === "number") &&
        !used.some((span) => overlaps(span, term)) &&
        fits(slot, term.text),
    );
    if (coded !== undefined) return [{ slot, value: coded.text, spans: [coded], isSure: true }];
    const rest = restOf(sentence, document, used);
    // A word of the language is hardly anybody's identifier.
    const isOneWord = /^[\w-]+$/.test(rest?.text ?? "") && !isEnglishWord(rest?.text ?? "");
    return slot.isRequired && isOneWord && rest !== undefined && fits(slot, rest.text)
      ? [{ slot, value: rest.text, spans: [rest], isSure: false }]
      : [];
  });
}

/** `report.pdf`, `/var/log/syslog`. */
function pathIn({ terms }: Sentence, used: readonly Span[]): Term | undefined {
  return terms.find(
    (term) =>
      term.kind === "code" && /[./]/.test(term.text) && !used.some((span) => overlaps(span, term)),
  );
}

/** `a, b and c`; 우유, 빵과 달걀. */
export function findLists({ sentence, document, slots, used }: Search): Found[] {
  const lists = slots.filter(({ kind, item }) => kind === "array" && item && takesText(item));
  return lists.slice(0, 1).flatMap((slot): Found[] => {
    const given = givenPhrases(sentence, used);
    const quotes = given.filter(({ origin }) => origin === "quote");
    const isTextWanted = slots.some((other) => other.isRequired && takesText(other));
    if (quotes.length > 1 && !isTextWanted) {
      return [{ slot, value: quotes.map(({ text }) => text), spans: quotes, isSure: true }];
    }
    const [gift] = isTextWanted ? [] : given;
    const marked = segmentsOf(sentence, document, [...used, ...given]).find(
      (segment) => phraseScore({ ...slot, isRequired: false }, segment) > 0,
    );
    const rest = slot.isRequired ? restOf(sentence, document, used) : undefined;
    const source = (slot.isRequired ? gift : undefined) ?? marked ?? rest;
    const items = (source?.text ?? "")
      .split(listJoint)
      .map((item) => item.trim())
      .filter((item) => item !== "");
    if (source === undefined || items.length === 0) return [];
    return [{ slot, value: items, spans: [source], isSure: source !== rest }];
  });
}

const listJoint =
  /\s*(?:,|;|、|\band\b|&|그리고|(?<=[\uAC00-\uD7A3])(?:와|과|랑|이랑|하고)(?=\s)|\s및\s)\s*/u;

/** Text: what is quoted or handed over, what a preposition or a particle marks, what is left. */
export function findTexts(search: Search): Found[] {
  const { sentence, document, used } = search;
  const slots = search.slots.filter((slot) => takesText(slot) && !slot.roles.has("id"));
  const [only, ...others] = slots;
  if (only === undefined) return [];
  if (others.length === 0) {
    const found = findOnlyText(search, only);
    return found === undefined ? [] : [found];
  }
  const given = givenPhrases(sentence, used);
  const segments = segmentsOf(sentence, document, [...used, ...given]);
  const candidates = [...given, ...segments].sort((a, b) => a.start - b.start);
  const chosen = assign(slots, candidates, phraseScore);
  return [...chosen].map(([slot, phrase]) =>
    toFound(search, slot, phrase, phrase.origin !== "segment" || phrase.marker !== ""),
  );
}

function findOnlyText(search: Search, slot: Slot): Found | undefined {
  const { sentence, document, used } = search;
  const given = givenPhrases(sentence, used).filter(({ text }) => fits(slot, text));
  const gift = given.find(({ origin }) => origin === "quote") ?? given[0];
  const isMeant = slot.isRequired || hasRole(slot, ["content", "topic"]);
  if (gift !== undefined && (isMeant || markerScore(slot.roles, gift.marker) > 0)) {
    return toFound(search, slot, withoutInstruction(search, slot, gift), true);
  }
  const topic = hasRole(slot, ["topic"]) ? topicOf(sentence, document, used) : undefined;
  if (topic !== undefined && fits(slot, topic.text)) return toFound(search, slot, topic, true);
  if (hasRole(slot, ["place", "person", "name", "source", "target"])) {
    const [best] = segmentsOf(sentence, document, used)
      .filter(({ text }) => fits(slot, text))
      .toSorted((a, b) => phraseScore(slot, b) - phraseScore(slot, a));
    if (best !== undefined && phraseScore(slot, best) >= 1.5)
      return toFound(search, slot, best, true);
  }
  const rest = slot.isRequired ? restOf(sentence, document, used) : undefined;
  return rest !== undefined && fits(slot, rest.text)
    ? toFound(search, slot, rest, false)
    : undefined;
}

/** What a phrase is worth as the value of a slot; optional ones want a sign that they are meant. */
function phraseScore(slot: Slot, phrase: Phrase): number {
  if (!fits(slot, phrase.text)) return 0;
  const isLabelled =
    phrase.label !== undefined &&
    [...phrase.label.meaning].some(
      ([stem, strength]) => strength >= 0.5 && slot.nameStems.has(stem),
    );
  const isGiven = phrase.origin !== "segment";
  const given = isGiven ? (hasRole(slot, ["content", "topic", "name"]) ? 2 : 0.5) : 0;
  const named = phrase.isCapitalised && hasRole(slot, ["place", "person"]) ? 1 : 0;
  const signs = markerScore(slot.roles, phrase.marker) + (isLabelled ? 4 : 0) + given + named;
  if (!slot.isRequired && signs < 2) return 0;
  return signs + 0.5;
}

/** A single word that has an English name, as 한국어, is called by it where the slot is about such. */
function toFound({ sentence }: Search, slot: Slot, phrase: Phrase, isSure: boolean): Found {
  const term = sentence.terms.find(({ start, end }) => start === phrase.start && end >= phrase.end);
  const name = term === undefined ? undefined : englishNameOf(slot, term);
  return { slot, value: name ?? phrase.text, spans: [phrase], isSure };
}

/** What was handed over, without the words that still instruct: `that mention milk`. */
function withoutInstruction({ sentence, document }: Search, slot: Slot, phrase: Phrase): Phrase {
  if (phrase.origin !== "content" || !hasRole(slot, ["topic"])) return phrase;
  const outside = [
    { start: 0, end: phrase.start },
    { start: phrase.end, end: sentence.text.length },
  ];
  return restOf(sentence, document, outside) ?? phrase;
}

/** A string that is no code, no date and no address. */
function takesText(slot: Slot): boolean {
  const isAddress = /^(email|ur[il])/.test(slot.format) || hasRole(slot, ["email", "uri", "phone"]);
  return slot.kind === "string" && !isChoiceSlot(slot) && partOf(slot) === undefined && !isAddress;
}

function hasRole({ roles }: Slot, wanted: readonly Role[]): boolean {
  return wanted.some((role) => roles.has(role));
}

function fits(slot: Slot, text: string): boolean {
  if (text === "" || text.length > slot.maximumLength) return false;
  return slot.pattern === undefined || (text.length <= 200 && slot.pattern.test(text));
}
