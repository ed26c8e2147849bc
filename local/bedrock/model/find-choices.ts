import { assign } from "./assign.ts";
import { choiceAt, isChoiceSlot } from "./choices.ts";
import type { Found, Search } from "./reading.ts";
import { markerScore, prepositions, type Role } from "./roles.ts";
import { isWithin, overlaps, type Sentence, type Span } from "./sentence.ts";
import type { Slot } from "./slots.ts";

/** Values of enumerations and codes, also lists of them. */
export function findChoices({ sentence, slots, used }: Search): Found[] {
  const { terms } = sentence;
  const free = terms.flatMap((term, index) => {
    const isGiven = isWithin(term, sentence.content) && !isNamedBefore(terms, index, slots);
    return isGiven || used.some((span) => overlaps(span, term)) ? [] : index;
  });
  const lists = slots.flatMap((slot): Found[] => {
    const { item } = slot;
    if (slot.kind !== "array" || item === undefined || !isChoiceSlot(item)) return [];
    const choices = free.flatMap((index) => {
      const choice = choiceAt(item, terms, index);
      return choice === undefined
        ? []
        : { value: choice.value, span: spanAt(terms, index, choice.length) };
    });
    if (choices.length === 0) return [];
    const value = [...new Set(choices.map((choice) => choice.value))];
    return [{ slot, value, spans: choices.map(({ span }) => span), isSure: true }];
  });
  const single = slots.filter((slot) => slot.kind !== "array" && isChoiceSlot(slot));
  const candidates = free.filter((index) =>
    single.some((slot) => choiceAt(slot, terms, index) !== undefined),
  );
  const chosen = assign(single, candidates, (slot, index) => {
    const choice = choiceAt(slot, terms, index);
    if (choice === undefined) return 0;
    return choice.strength * 2 + markersAt(sentence, index, choice.length, slot.roles);
  });
  const found = [...chosen].flatMap(([slot, index]): Found[] => {
    const choice = choiceAt(slot, terms, index);
    if (choice === undefined) return [];
    const value = spanAt(terms, index, choice.length);
    const name = terms[index - 1];
    const isNamed = name !== undefined && isNamedBefore(terms, index, [slot]);
    const span = isNamed ? { ...value, start: name.start } : value;
    return [{ slot, value: choice.value, spans: [span], isSure: true }];
  });
  return [...lists, ...found];
}

/** `…, priority low`: the parameter's name right before its value. */
function isNamedBefore(terms: Sentence["terms"], index: number, slots: readonly Slot[]): boolean {
  const before = terms[index - 1];
  return (
    before !== undefined &&
    slots.some(
      (slot) =>
        isChoiceSlot(slot) && [...before.meaning.keys()].some((stem) => slot.nameStems.has(stem)),
    )
  );
}

/** How well the words around a value go with the part that it is to play. */
function markersAt(
  { terms }: Sentence,
  index: number,
  length: number,
  roles: ReadonlySet<Role>,
): number {
  const suffix = terms[index + length - 1]?.suffix ?? "";
  const nearest = terms[index - 1];
  const isArticle = ["the", "a", "an", "my"].includes(nearest?.base ?? "");
  const before = isArticle ? terms[index - 2] : nearest;
  const counted = before?.kind === "number" && roles.has("source") ? 1 : 0;
  const preposition = prepositions.has(before?.base ?? "") ? (before?.base ?? "") : "";
  return Math.max(counted, markerScore(roles, suffix), markerScore(roles, preposition));
}

function spanAt(terms: Sentence["terms"], index: number, length: number): Span {
  return { start: terms[index]?.start ?? 0, end: terms[index + length - 1]?.end ?? 0 };
}
